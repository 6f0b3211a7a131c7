use std::sync::Arc;

use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey, Kind},
    id::AccessKeyId,
    name::{InvalidName, KeyName},
    public_key::{InvalidPublicKey, PublicKey},
    redacted::Secret,
    timestamp::Timestamp,
    token_lifetime::{InvalidTokenLifetime, TokenLifetime},
};
use latchkey_store::{
    StorageError,
    access_keys::{AccessKeyRow, AuthenticatorRow, KeyState},
};
use thiserror::Error;

use super::{
    Keys,
    key_proof::{InvalidKeyProof, check_key_proof},
    manager::KeyManager,
    scopes::ScopeRefused,
    view::to_view,
};
use crate::{
    concurrency::Overloaded,
    crypto::{
        public_key_check::check_public_key,
        secret::{self, SecretTag},
    },
    limits::LimitReached,
    people::NotAllowed,
    random::new_id,
};

/// Why no key was created.
#[derive(Debug, Error)]
pub enum CreateAccessKeyError {
    /// The name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The expiry is not in the future.
    #[error("choose an expiry in the future")]
    ExpiryPassed,
    /// The expiry is not in the future, but would be if it were meant in seconds.
    #[error("give the expiry in milliseconds")]
    ExpiryInSeconds,
    /// The expiry is after the year 2999; most likely it is in microseconds.
    #[error("choose an expiry before the year 3000, in milliseconds")]
    ExpiryTooLate,
    /// A scope that the key cannot have.
    #[error(transparent)]
    Scope(#[from] ScopeRefused),
    /// The public key.
    #[error(transparent)]
    PublicKey(#[from] InvalidPublicKey),
    /// The proof that goes with the public key.
    #[error(transparent)]
    KeyProof(#[from] InvalidKeyProof),
    /// The lifetime of access tokens.
    #[error(transparent)]
    TokenLifetime(#[from] InvalidTokenLifetime),
    /// An API key is presented itself and has no key pair.
    #[error("an API key has no key pair")]
    KeyPairOfApiKey,
    /// An API key gets no access tokens.
    #[error("an API key has no access tokens")]
    TokenLifetimeOfApiKey,
    /// The same request created this key before. Its secret is not shown again.
    #[error("this request was carried out before")]
    AlreadyCreated(AccessKeyId),
    /// Too many secrets are being hashed.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The organization has as many keys as it may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The caller has lost the right while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

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
