use sqlx::AnyConnection;

use super::MoveError;
use crate::{
    backup::intact_and_known,
    storage::{
        DatabaseError, Dialect, Storage, StorageError,
        dialect::{Location, catalogue, nodes, readers, sqlite_file::Others},
    },
};

/// Opens the database to move from, which must be there already.
pub(super) async fn open_source(url: &str) -> Result<Storage, MoveError> {
    match Location::parse(url).map_err(DatabaseError::from)? {
        // Looked through before it is opened: that would make a database of any file.
        Location::Sqlite(path) => drop(intact_and_known(&path, Others::MayWrite).await?),
        Location::Postgres(url) => {
            let mut connection = Storage::connect(&url).await?;
            let is_ours = catalogue::has_our_schema(&mut connection).await?;
            if !is_ours {
                return Err(MoveError::Foreign);
            }
        }
    }
    open(url).await
}

/// Opens the database to move to, and makes its schema.
pub(super) async fn open_target(url: &str) -> Result<Storage, MoveError> {
    open(url).await
}

/// With SQLite the process lock keeps servers away; on PostgreSQL they say themselves that they are there.
async fn open(url: &str) -> Result<Storage, MoveError> {
    let storage = Storage::open(url).await?;
    let serving = serving(&mut *storage.reader().await?).await?;
    if serving.is_empty() {
        return Ok(storage);
    }
    storage.close().await;
    Err(MoveError::Served(serving.join(", ")))
}

async fn serving(connection: &mut AnyConnection) -> Result<Vec<String>, StorageError> {
    match Dialect::of(connection) {
        Dialect::Sqlite => Ok(Vec::new()),
        Dialect::Postgres => {
            let living = nodes::living(connection).await?.into_iter().map(|node| node.name);
            let readers = readers::all(connection).await?.into_iter().map(|reader| reader.node_name());
            let mut names: Vec<_> = living.chain(readers).collect();
            names.sort();
            names.dedup();
            Ok(names)
        }
    }
}
