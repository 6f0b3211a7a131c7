use thiserror::Error;

use crate::{
    StorageError,
    signing::{SealingKeyError, SigningKeysError},
    storage::DatabaseError,
};

/// Why the engine could not be opened. Each is one clear line.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A statement failed.
    #[error("{0}: {source}", source = source_line(.0))]
    Storage(#[from] StorageError),
    /// The sealing key.
    #[error(transparent)]
    SealingKey(#[from] SealingKeyError),
    /// The signing keys.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
}

fn source_line(error: &StorageError) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}
