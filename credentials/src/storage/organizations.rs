use latchkey_model::{id::OrganizationId, name::OrganizationName, timestamp::Timestamp};
use sqlx::{AnyConnection, Row};

use super::{Dialect, StorageError, execute};

/// Adds an organization.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    id: &OrganizationId,
    name: &OrganizationName,
    now: Timestamp,
) -> Result<(), StorageError> {
    let query = sqlx::query("INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(id.as_str().to_owned())
        .bind(name.as_str().to_owned())
        .bind(now.0);
    execute(connection, query).await.map(|_| ())
}

/// An organization's name.
pub(crate) async fn name(connection: &mut AnyConnection, id: &OrganizationId) -> Result<String, StorageError> {
    let row = sqlx::query("SELECT name FROM organizations WHERE id = $1")
        .bind(id.as_str().to_owned())
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("name")?)
}

/// Whether there is any organization at all.
pub(crate) async fn any_exists(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    Ok(sqlx::query("SELECT id FROM organizations LIMIT 1").fetch_optional(connection).await?.is_some())
}

/// Holds an organization's row until the transaction ends, so that changes to its members come one by one.
pub(crate) async fn lock(connection: &mut AnyConnection, id: &OrganizationId) -> Result<(), StorageError> {
    match Dialect::of(connection).hold_an_organization() {
        Some(hold) => execute(connection, sqlx::query(hold).bind(id.as_str().to_owned())).await.map(|_| ()),
        None => Ok(()),
    }
}
