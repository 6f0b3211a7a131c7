use std::sync::Arc;

use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey, Kind},
    id::AccessKeyId,
    name::KeyName,
    public_key::PublicKey,
    redacted::Secret,
    timestamp::Timestamp,
    token_lifetime::TokenLifetime,
};
use latchkey_store::access_keys::{AccessKeyRow, AuthenticatorRow, KeyState};

use super::{
    Keys,
    create_error::CreateAccessKeyError,
    key_proof::{InvalidKeyProof, check_key_proof},
    manager::KeyManager,
    view::to_view,
};
use crate::{
    concurrency::Overloaded,
    crypto::{
        public_key_check::check_public_key,
        secret::{self, SecretTag},
    },
    random::new_id,
};

/// A request whose fields were checked.
struct ValidatedRequest {
    name: KeyName,
    public_key: Option<PublicKey>,
    token_lifetime: Option<TokenLifetime>,
}

impl ValidatedRequest {
    fn parse(request: &CreateAccessKey, issuer: &str, now: Timestamp) -> Result<Self, CreateAccessKeyError> {
        let name = KeyName::parse(&request.name)?;
        request.expires_at.map_or(Ok(()), |expiry| check_expiry(expiry, now))?;
        match request.kind {
            Kind::ApiKey if request.public_key.is_some() || request.public_key_proof.is_some() => {
                Err(CreateAccessKeyError::KeyPairOfApiKey)
            }
            Kind::ApiKey if request.token_lifetime.is_some() => Err(CreateAccessKeyError::TokenLifetimeOfApiKey),
            Kind::OAuthClient | Kind::ApiKey => Ok(Self {
                name,
                public_key: public_key(request, issuer)?,
                token_lifetime: request.token_lifetime.map(TokenLifetime::try_from).transpose()?,
            }),
        }
    }
}

fn check_expiry(expiry: Timestamp, now: Timestamp) -> Result<(), CreateAccessKeyError> {
    if expiry >= Timestamp::YEAR_3000 {
        return Err(CreateAccessKeyError::ExpiryTooLate);
    }
    if expiry > now {
        return Ok(());
    }
    let if_seconds = Timestamp(expiry.0.saturating_mul(1000));
    Err(if if_seconds > now && if_seconds < Timestamp::YEAR_3000 {
        CreateAccessKeyError::ExpiryInSeconds
    } else {
        CreateAccessKeyError::ExpiryPassed
    })
}

/// Checks the public key of a request, and its proof of possession if there is one.
fn public_key(request: &CreateAccessKey, issuer: &str) -> Result<Option<PublicKey>, CreateAccessKeyError> {
    let Some(jwk) = &request.public_key else {
        return if request.public_key_proof.is_some() { Err(InvalidKeyProof.into()) } else { Ok(None) };
    };
    let public_key = PublicKey::try_from(jwk)?;
    check_public_key(&public_key)?;
    if let Some(proof) = &request.public_key_proof {
        check_key_proof(proof, &public_key, request, issuer)?;
    }
    Ok(Some(public_key))
}

impl Keys {
    /// Creates a key, inactive, and returns its secret, which is never returned again. A client with a public key has none.
    ///
    /// # Errors
    /// [`CreateAccessKeyError`]; nothing is created then.
    pub async fn create<'m>(
        self: &Arc<Self>,
        manager: impl Into<KeyManager<'m>>,
        request: &CreateAccessKey,
    ) -> Result<CreatedAccessKey, CreateAccessKeyError> {
        let manager = manager.into();
        let now = self.parts.clock.now();
        let fields = ValidatedRequest::parse(request, &self.parts.issuer, now)?;
        let id: AccessKeyId = new_id(request.kind.id_prefix(), &*self.parts.random)?;
        let (authenticator, secret) = match fields.public_key {
            Some(public_key) => (AuthenticatorRow::KeyPair(public_key), None),
            None => self.new_secret(&id).await?,
        };
        let key = AccessKeyRow {
            id,
            organization_id: manager.organization_id.clone(),
            name: fields.name.into(),
            state: KeyState::Inactive,
            scopes: request.scopes.clone(),
            generation: 1,
            revision: 1,
            authenticator,
            token_lifetime: fields.token_lifetime,
            created_at: self.parts.clock.now(),
            created_by: manager.name.to_owned(),
            expires_at: request.expires_at,
            activated_at: None,
            first_used: None,
            last_used: None,
        };
        let key = Arc::new(key);
        self.store_created(manager, key.clone(), request.request_id.as_ref()).await?;
        Ok(CreatedAccessKey { key: to_view(Arc::unwrap_or_clone(key), self.parts.clock.now()), secret })
    }

    async fn new_secret(&self, id: &AccessKeyId) -> Result<(AuthenticatorRow, Option<Secret>), Overloaded> {
        let secret = secret::generate(&self.parts.secret_prefix, id, &*self.parts.random);
        let hash = self.parts.secrets.hash(secret.expose()).await?;
        let tag = SecretTag::new(secret.expose()).into();
        Ok((AuthenticatorRow::Secret { hash, tag }, Some(secret)))
    }
}
