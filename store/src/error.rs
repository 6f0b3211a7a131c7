use std::sync::Arc;

use thiserror::Error;

use crate::{error_causes, write_gate};

/// The database did not do what was asked. Each is one line with its cause.
#[derive(Debug, Clone, Error)]
pub enum StorageError {
    /// It cannot be reached, is locked or full, or has refused a statement.
    #[error("{}", line(.0))]
    Unavailable(Arc<sqlx::Error>),
    /// No connection could be had in time; why.
    #[error("no connection to the database could be had in time: {0}")]
    NoConnection(String),
    /// It may only be read at the moment: nothing is changed.
    #[error("the database is read-only")]
    ReadOnly,
    /// It follows another server, and may lack the latest changes.
    #[error("the database is a standby, which may lack the latest changes")]
    Standby,
    /// Other nodes' changes may have been missed for too long.
    #[error("out of touch with the database")]
    OutOfTouch,
    /// It holds what this program never writes.
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
    /// Whether nothing but the database's being read-only is wrong.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::ReadOnly)
    }

    /// Whether the database can be read and has refused to write: it is read-only, or has no room left.
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
