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
use thiserror::Error;

use super::{KeyRecord, Proof, State, StoredSecret};
use crate::{
    Engine, KeyManager, LimitReached, NotAllowed, Overloaded, StorageError,
    machines::{InvalidKeyProof, check_key_proof, check_public_key},
    scopes::{CannotCarry, ScopeRefused},
    secret::{self, SecretTag},
};

/// Why no key was made.
#[derive(Debug, Error)]
pub enum CreateAccessKeyError {
    /// The name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The expiry is not in the future.
    #[error("choose an expiry in the future")]
    ExpiryPassed,
    /// The expiry is not in the future, and would be if it were in milliseconds and not in seconds.
    #[error("give the expiry in milliseconds")]
    ExpiryInSeconds,
    /// The expiry is beyond the year 2999: in microseconds, most likely.
    #[error("choose an expiry before the year 3000, in milliseconds")]
    ExpiryTooLate,
    /// A scope that the key is not given.
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
    /// An API key is presented itself.
    #[error("an API key has no key pair")]
    KeyPairOfApiKey,
    /// An API key gets no access tokens.
    #[error("an API key has no access tokens")]
    TokenLifetimeOfApiKey,
    /// The same request made this key before. Its secret is not to be had again.
    #[error("this request was carried out before")]
    AlreadyCreated(AccessKeyId),
    /// Too many secrets are being hashed.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The organization has as many keys as it may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CannotCarry> for CreateAccessKeyError {
    fn from(reason: CannotCarry) -> Self {
        match reason {
            CannotCarry::Refused(scope) => Self::Scope(scope),
            CannotCarry::Storage(error) => Self::Storage(error),
        }
    }
}

/// What a request asks for, parsed.
struct Wanted {
    name: KeyName,
    public_key: Option<PublicKey>,
    token_lifetime: Option<TokenLifetime>,
}

impl Wanted {
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

/// The public key of a request, checked, and proved to be the client's own if there is a proof.
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

impl Engine {
    /// Makes a key, inactive, and tells its secret: once, and never again. A client with a public key has none.
    ///
    /// # Errors
    /// [`CreateAccessKeyError`]; nothing is made then.
    pub async fn create_access_key<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        request: &CreateAccessKey,
    ) -> Result<CreatedAccessKey, CreateAccessKeyError> {
        let manager = manager.into();
        let wanted = Wanted::parse(request, self.issuer(), self.now())?;
        let id: AccessKeyId = self.new_id(request.kind.id_prefix())?;
        let (proof, secret) = match wanted.public_key {
            Some(public_key) => (Proof::KeyPair(public_key), None),
            None => self.new_secret(&id).await?,
        };
        let key = KeyRecord {
            id,
            organization_id: manager.organization_id.clone(),
            name: wanted.name.into(),
            state: State::Inactive,
            scopes: request.scopes.clone(),
            generation: 1,
            revision: 1,
            proof,
            token_lifetime: wanted.token_lifetime,
            created_at: self.now(),
            created_by: manager.name.to_owned(),
            expires_at: request.expires_at,
            activated_at: None,
            first_used: None,
            last_used: None,
        };
        let key = Arc::new(key);
        self.store(manager, key.clone(), request.request_id.as_ref()).await?;
        Ok(CreatedAccessKey { key: Arc::unwrap_or_clone(key).shown(self.now()), secret })
    }

    async fn new_secret(&self, id: &AccessKeyId) -> Result<(Proof, Option<Secret>), Overloaded> {
        let secret = secret::generate(&self.settings().secret_prefix, id, self.random());
        let hash = self.secrets().hash(secret.expose()).await?;
        let stored = StoredSecret::new(hash, SecretTag::of(secret.expose()));
        Ok((Proof::Secret(stored), Some(secret)))
    }
}
