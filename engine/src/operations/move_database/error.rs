use latchkey_store::{DatabaseError, StorageError};
use thiserror::Error;

use crate::operations::backup::FileError;

/// Why an installation was not moved. Each message is one line.
#[derive(Debug, Error)]
pub enum MoveError {
    /// One of the databases.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Both URLs are the same database.
    #[error("both databases are the same")]
    Same,
    /// The source's file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The source is not a database of Latchkey.
    #[error("the database to move from is not a database of latchkey")]
    Foreign,
    /// Nodes use one of the databases.
    #[error("the PostgreSQL database is being served by {0}; stop every node first, and wait ten seconds")]
    Served(String),
    /// The target has other content.
    #[error("the database to move to is not empty and differs, first in the table {0}; nothing was changed")]
    Differs(&'static str),
    /// The copied rows differ from the source.
    #[error("the copy of the table {0} differs from what was copied; nothing was kept")]
    BadCopy(&'static str),
    /// A table has different columns in the two databases.
    #[error("the table {0} has different columns in the two databases")]
    OtherColumns(&'static str),
    /// A statement failed while a table was moved.
    #[error("the table {0} could not be moved: {1}")]
    Table(&'static str, #[source] StorageError),
    /// A statement failed before or after the move.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The result for one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableReport {
    /// The name of the table.
    pub name: &'static str,
    /// The number of rows in the source.
    pub rows: u64,
    /// The number of rows in the target at the end.
    pub moved: u64,
    /// Whether both are equal, row by row and column by column.
    pub equal: bool,
}
