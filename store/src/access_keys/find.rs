use latchkey_model::{
    id::{AccessKeyId, OrganizationId, RequestId},
    scope::{ScopeName, Scopes},
};
use sqlx::{AnyConnection, Row};

use super::row::AccessKeyRow;
use crate::{StorageError, query::parse_column};

/// Finds a key by its ID, whatever its organization.
pub async fn by_id(connection: &mut AnyConnection, id: &AccessKeyId) -> Result<Option<AccessKeyRow>, StorageError> {
    let row = sqlx::query("SELECT * FROM access_keys WHERE id = $1")
        .bind(id.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(AccessKeyRow::read).transpose()
}

/// Lists up to `limit` keys that are not deleted, by ID, after an ID. A key whose row cannot be read is `None`.
pub async fn list_after(
    connection: &mut AnyConnection,
    id: &str,
    limit: i64,
) -> Result<Vec<(AccessKeyId, Option<AccessKeyRow>)>, StorageError> {
    let rows = sqlx::query("SELECT * FROM access_keys WHERE deleted_at IS NULL AND id > $1 ORDER BY id LIMIT $2")
        .bind(id.to_owned())
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok((parse_column(row, "id")?, AccessKeyRow::read(row).ok()))).collect()
}

/// Finds a key of one organization.
pub async fn find(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &AccessKeyId,
) -> Result<Option<AccessKeyRow>, StorageError> {
    Ok(by_id(connection, id).await?.filter(|key| key.organization_id == *organization))
}

/// Finds the ID of the key that a request created.
pub async fn id_by_request(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    request: &RequestId,
) -> Result<Option<AccessKeyId>, StorageError> {
    let row = sqlx::query("SELECT id FROM access_keys WHERE organization_id = $1 AND request_id = $2")
        .bind(organization.as_str().to_owned())
        .bind(request.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(|row| parse_column(row, "id")).transpose()
}

/// Counts the keys of an organization, deleted ones included. Each half is answered by an index alone.
pub async fn count(connection: &mut AnyConnection, organization: &OrganizationId) -> Result<i64, StorageError> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM access_keys WHERE organization_id = $1 AND state <> 'deleted') \
         + (SELECT COUNT(*) FROM access_keys WHERE organization_id = $2 AND state = 'deleted') AS found",
    )
    .bind(organization.as_str().to_owned())
    .bind(organization.as_str().to_owned())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("found")?)
}

/// Counts the keys of an organization that have a scope.
pub async fn count_with_scope(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    scope: &ScopeName,
) -> Result<usize, StorageError> {
    let rows = sqlx::query("SELECT scopes FROM access_keys WHERE organization_id = $1 AND scopes <> ''")
        .bind(organization.as_str().to_owned())
        .fetch_all(connection)
        .await?;
    let carried = rows.iter().map(|row| parse_column::<Scopes>(row, "scopes"));
    let carried = carried.collect::<Result<Vec<_>, _>>()?;
    Ok(carried.iter().filter(|scopes| scopes.contains(scope.as_str())).count())
}

/// Counts the active keys of all organizations, expired ones included.
pub async fn count_active(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    let row =
        sqlx::query("SELECT COUNT(*) AS found FROM access_keys WHERE state = 'active'").fetch_one(connection).await?;
    Ok(u64::try_from(row.try_get::<i64, _>("found")?).unwrap_or_default())
}
