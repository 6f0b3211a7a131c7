//! The table `installation`.

use latchkey_model::{id::InstallationId, timestamp::Timestamp};
use sqlx::AnyConnection;

use crate::{
    StorageError,
    query::{execute, parse_column},
};

/// Reads the installation's ID; `None` before the first start.
pub async fn id(connection: &mut AnyConnection) -> Result<Option<InstallationId>, StorageError> {
    let row = sqlx::query("SELECT id FROM installation").fetch_optional(connection).await?;
    row.as_ref().map(|row| parse_column(row, "id")).transpose()
}

/// Gives the installation its ID.
pub async fn insert(connection: &mut AnyConnection, id: &InstallationId) -> Result<(), StorageError> {
    let query = sqlx::query("INSERT INTO installation (singleton, id) VALUES ('installation', $1)");
    execute(connection, query.bind(id.as_str().to_owned())).await.map(|_| ())
}

/// Stores that the database was restored from a backup.
pub async fn record_restore(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    execute(connection, sqlx::query("UPDATE installation SET restored_at = $1").bind(now.0)).await.map(|_| ())
}
