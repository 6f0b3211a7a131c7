use latchkey_model::{
    id::AccessKeyId, name::InvalidName, public_key::InvalidPublicKey, token_lifetime::InvalidTokenLifetime,
};
use latchkey_store::StorageError;
use thiserror::Error;

use super::{key_proof::InvalidKeyProof, scopes::ScopeRefused};
use crate::{concurrency::Overloaded, limits::LimitReached, people::NotAllowed};

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
