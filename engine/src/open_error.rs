use latchkey_store::{DatabaseError, StorageError};
use thiserror::Error;

use crate::{crypto::sealing::SealingKeyError, signing::SigningKeysError};

/// Why the engine could not be opened. Each is one clear line.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A statement failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The sealing key.
    #[error(transparent)]
    SealingKey(#[from] SealingKeyError),
    /// The signing keys.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
}
