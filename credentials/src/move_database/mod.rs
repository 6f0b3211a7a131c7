//! Moving an installation from one database to another: every table copied in one transaction of the target, and compared.

mod compare;
mod copy;
mod ends;

use thiserror::Error;

use self::{
    compare::{compare, first_difference},
    copy::copy_all,
    ends::{open_source, open_target},
};
use crate::{
    StorageError,
    backup::FileError,
    storage::{DatabaseError, HeldTable, Location, tables::TABLES},
};

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

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Every table of the shared schema.
    pub tables: Vec<TableReport>,
    /// Whether anything had to be copied; if not, the target was equal already.
    pub copied: bool,
}

/// Moves an installation: `from` and `to` are `sqlite://PATH` or `postgres://…`, and none of them may be served. Both schemas
/// are brought up to date.
///
/// # Errors
/// [`MoveError`]; the target holds what it held then.
pub async fn move_database(from: &str, to: &str) -> Result<Moved, MoveError> {
    let locate = |url| Location::parse(url).map_err(DatabaseError::from);
    if locate(from)?.is_same(&locate(to)?) {
        return Err(MoveError::Same);
    }
    let source = open_source(from).await?;
    let target = open_target(to).await?;
    let moved = async {
        let mut read = source.begin_to_read().await?;
        // Held until the commit: a node that starts meanwhile waits with its first signing key, and finds those that came.
        let mut write = target.begin_alone_on(HeldTable::SigningKeys).await?;
        let mut is_empty = true;
        for table in &TABLES {
            is_empty &= table.count(&mut write).await? == 0;
        }
        if is_empty {
            copy_all(&mut read, &mut write).await?;
        }
        let tables = compare(&mut read, &mut write).await?;
        if let Some(name) = first_difference(&tables) {
            return Err(if is_empty { MoveError::BadCopy(name) } else { MoveError::Differs(name) });
        }
        write.commit().await.map_err(StorageError::from)?;
        let copied = is_empty && tables.iter().any(|table| table.rows > 0);
        Ok(Moved { tables, copied })
    }
    .await;
    source.close().await;
    target.close().await;
    moved
}
