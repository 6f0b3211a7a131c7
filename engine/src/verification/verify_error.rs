use latchkey_store::StorageError;
use thiserror::Error;

use crate::{call_writes::CallWriteError, concurrency::Overloaded};

/// Why a credential was not accepted.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// It is refused. Callers do not learn why.
    #[error("the credential is not accepted")]
    Refused,
    /// Too much is running, so there is no verdict.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database failed, so there is no verdict.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CallWriteError> for VerifyError {
    fn from(error: CallWriteError) -> Self {
        match error {
            CallWriteError::Overloaded(error) => Self::Overloaded(error),
            CallWriteError::Storage(error) => Self::Storage(error),
        }
    }
}
