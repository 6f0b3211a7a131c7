//! The table `organizations`.

use latchkey_model::{id::OrganizationId, name::OrganizationName, timestamp::Timestamp};
use sqlx::{AnyConnection, Row};

use crate::{Dialect, StorageError, query::execute};

/// Inserts an organization.
pub async fn insert(
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

/// Finds the name of an organization.
pub async fn name(connection: &mut AnyConnection, id: &OrganizationId) -> Result<String, StorageError> {
    let row = sqlx::query("SELECT name FROM organizations WHERE id = $1")
        .bind(id.as_str().to_owned())
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("name")?)
}

/// Returns whether there is an organization.
pub async fn any_exists(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    Ok(sqlx::query("SELECT id FROM organizations LIMIT 1").fetch_optional(connection).await?.is_some())
}

/// Locks an organization until the transaction ends, so that changes to it happen one after another.
pub async fn lock(connection: &mut AnyConnection, id: &OrganizationId) -> Result<(), StorageError> {
    match Dialect::of_connection(connection).lock_organization() {
        Some(lock) => execute(connection, sqlx::query(lock).bind(id.as_str().to_owned())).await.map(|_| ()),
        None => Ok(()),
    }
}
