//! Moving an installation from one database to another: every table is copied in one transaction of the target, and compared.

mod compare;
mod copy;
mod ends;
mod error;

use latchkey_store::{DatabaseError, Location, LockedTable, StorageError, tables::TABLES};

use self::{
    compare::{compare, first_difference},
    copy::copy_all,
    ends::{open_source, open_target},
};
pub use error::{MoveError, TableReport};

/// The result of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Every table of the shared schema.
    pub tables: Vec<TableReport>,
    /// Whether rows were copied. If not, the target was equal already.
    pub copied: bool,
}

/// Moves an installation: `from` and `to` are `sqlite://PATH` or `postgres://…`, and no server may use either. Both schemas
/// are migrated.
///
/// # Errors
/// [`MoveError`]; the target is not changed then.
pub async fn move_database(from: &str, to: &str) -> Result<Moved, MoveError> {
    let locate = |url| Location::parse(url).map_err(DatabaseError::from);
    if locate(from)?.is_same(&locate(to)?) {
        return Err(MoveError::Same);
    }
    let source = open_source(from).await?;
    let target = open_target(to).await?;
    let moved = async {
        let mut read = source.begin_to_read().await?;
        // Held until the commit: a node that starts during the move waits before it creates its first signing key, and finds the
        // moved ones.
        let mut write = target.begin_locking(LockedTable::SigningKeys).await?;
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
