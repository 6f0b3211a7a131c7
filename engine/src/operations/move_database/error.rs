use latchkey_store::{DatabaseError, StorageError};
use thiserror::Error;

use crate::operations::backup::FileError;

/// Why an installation was not moved. Each is one clear line.
#[derive(Debug, Error)]
pub enum MoveError {
    /// One of the databases.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Both are one.
    #[error("both databases are the same")]
    Same,
    /// The source's file.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is nothing of Latchkey in the source.
    #[error("the database to move from is not one of latchkey")]
    Foreign,
    /// Nodes serve one of them.
    #[error("the PostgreSQL database is being served by {0}; stop every node first, and wait ten seconds")]
    Served(String),
    /// The target holds something else.
    #[error("the database to move to is not empty and differs, first in the table {0}; nothing was changed")]
    Differs(&'static str),
    /// What was written is not what was read.
    #[error("the copy of the table {0} differs from what was copied; nothing was kept")]
    BadCopy(&'static str),
    /// A table has other columns here than there.
    #[error("the table {0} is not the same in both databases")]
    OtherColumns(&'static str),
    /// A statement failed on the way.
    #[error("the table {0} could not be moved: {1}")]
    Table(&'static str, #[source] StorageError),
    /// A statement failed before or after.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A table on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReport {
    /// Its name.
    pub name: &'static str,
    /// How many rows there are to move from.
    pub rows: u64,
    /// How many rows there are to move to, at the end.
    pub moved: u64,
    /// Whether they are the same, row by row and column by column.
    pub equal: bool,
}
