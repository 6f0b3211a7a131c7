use latchkey_model::{id::InstallationId, timestamp::Timestamp};
use sqlx::AnyConnection;

use super::{StorageError, execute, parse_column};

/// Reads the installation's ID; `None` before the first start.
pub(crate) async fn id(connection: &mut AnyConnection) -> Result<Option<InstallationId>, StorageError> {
    let row = sqlx::query("SELECT id FROM installation").fetch_optional(connection).await?;
    row.as_ref().map(|row| parse_column(row, "id")).transpose()
}

/// Gives the installation its ID.
pub(crate) async fn insert(connection: &mut AnyConnection, id: &InstallationId) -> Result<(), StorageError> {
    let query = sqlx::query("INSERT INTO installation (singleton, id) VALUES ('installation', $1)");
    execute(connection, query.bind(id.as_str().to_owned())).await.map(|_| ())
}

/// Notes that the database came back from a backup.
pub(crate) async fn note_restore(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    execute(connection, sqlx::query("UPDATE installation SET restored_at = $1").bind(now.0)).await.map(|_| ())
}
