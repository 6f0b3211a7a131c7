use latchkey_store::StorageError;
use thiserror::Error;

use crate::concurrency::Overloaded;

/// Why tokens cannot be signed. Each message is one line.
#[derive(Debug, Error)]
pub enum SigningKeysError {
    /// Neither the sealing key nor the previous one opens a single signing key. No new one is created, because that would end every
    /// token of an operator who only gave the wrong key.
    #[error("the signing keys cannot be opened with this sealing key; give the one they were sealed with")]
    WrongSealingKey,
    /// The cryptography library failed.
    #[error("a signing key could not be created")]
    NotMade,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SigningKeysError {
    /// Returns whether the only cause is that the database is read-only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Storage(error) if error.is_read_only())
    }
}

/// Why a token was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignError {
    /// Too much is being signed.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The cryptography library failed.
    #[error(transparent)]
    Failed(#[from] SigningFailed),
}

/// A token could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the token could not be signed")]
pub struct SigningFailed;
