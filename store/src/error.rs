use std::sync::Arc;

use thiserror::Error;

use crate::{error_causes, write_gate};

/// A database error. The message is one line with the cause.
#[derive(Debug, Clone, Error)]
pub enum StorageError {
    /// The database cannot be reached, is locked or full, or has refused a statement.
    #[error("{}", line(.0))]
    Unavailable(Arc<sqlx::Error>),
    /// No connection was available in time, with the reason.
    #[error("no connection to the database was available in time: {0}")]
    NoConnection(String),
    /// The database is read-only. Nothing was changed.
    #[error("the database is read-only")]
    ReadOnly,
    /// The database follows another server, and may lack the latest changes.
    #[error("the database is a standby, which may lack the latest changes")]
    Standby,
    /// Changes of other nodes may have been missed for too long.
    #[error("out of touch with the database")]
    OutOfTouch,
    /// The database contains a value that this program never writes.
    #[error("the database holds an unreadable {0}")]
    Corrupt(&'static str),
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        if error_causes::is_read_only(&error) {
            write_gate::count_refusal();
            return Self::ReadOnly;
        }
        Self::Unavailable(Arc::new(error))
    }
}

impl StorageError {
    /// Returns whether the only cause is that the database is read-only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::ReadOnly)
    }

    /// Returns whether the database can be read and refuses writes: it is read-only or full.
    #[must_use]
    pub fn refuses_writes(&self) -> bool {
        match self {
            Self::ReadOnly => true,
            Self::Unavailable(error) => error_causes::is_full(error),
            _ => false,
        }
    }
}

fn line(error: &sqlx::Error) -> String {
    let cause = error_causes::explain(error);
    match error {
        sqlx::Error::Database(_) => format!("the database has refused: {cause}"),
        _ => format!("the database does not answer: {cause}"),
    }
}
