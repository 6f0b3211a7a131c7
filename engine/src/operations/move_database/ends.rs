use latchkey_store::{
    DatabaseError, Dialect, Location, StorageError, Store,
    dialect::{catalogue, nodes, readers, sqlite_file::Writers},
};
use sqlx::AnyConnection;

use super::error::MoveError;
use crate::{cluster::node_name, operations::backup::inspect_known};

/// Opens the database to move from, which must exist.
pub(super) async fn open_source(url: &str) -> Result<Store, MoveError> {
    match Location::parse(url).map_err(DatabaseError::from)? {
        // Checked before it is opened, because opening would turn any file into a database.
        Location::Sqlite(path) => drop(inspect_known(&path, Writers::Possible).await?),
        Location::Postgres(url) => {
            let mut connection = Store::connect(&url).await?;
            let is_ours = catalogue::has_latchkey_schema(&mut connection).await?;
            if !is_ours {
                return Err(MoveError::Foreign);
            }
        }
    }
    open(url).await
}

/// Opens the database to move to, and creates its schema.
pub(super) async fn open_target(url: &str) -> Result<Store, MoveError> {
    open(url).await
}

/// Opens a database that no server uses. SQLite has the process lock for that; on PostgreSQL, servers have rows or locks.
async fn open(url: &str) -> Result<Store, MoveError> {
    let storage = Store::open(url).await?;
    let serving = serving(&mut *storage.reader().await?).await?;
    if serving.is_empty() {
        return Ok(storage);
    }
    storage.close().await;
    Err(MoveError::Served(serving.join(", ")))
}

async fn serving(connection: &mut AnyConnection) -> Result<Vec<String>, StorageError> {
    match Dialect::of_connection(connection) {
        Dialect::Sqlite => Ok(Vec::new()),
        Dialect::Postgres => {
            let live = nodes::live(connection).await?.into_iter().map(|node| node.name);
            let readers = readers::all(connection).await?.into_iter().map(|reader| node_name(&reader));
            let mut names: Vec<_> = live.chain(readers).collect();
            names.sort();
            names.dedup();
            Ok(names)
        }
    }
}
