//! The table `scopes`.

use std::collections::BTreeSet;

use latchkey_model::{
    id::OrganizationId,
    scope::{Scope, ScopeName},
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{
    StorageError,
    query::{execute, parse_column},
    statement::Statement,
};

/// Inserts a scope, or changes the description of the one with that name.
pub async fn define(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    name: &ScopeName,
    description: &str,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO scopes (organization_id, name, description) VALUES ($1, $2, $3) \
         ON CONFLICT (organization_id, name) DO UPDATE SET description = excluded.description",
    )
    .bind(organization.as_str().to_owned())
    .bind(name.as_str().to_owned())
    .bind(description.to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Counts the scopes of an organization other than one.
pub async fn count_others(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    name: &ScopeName,
) -> Result<i64, StorageError> {
    let row = sqlx::query("SELECT COUNT(*) AS found FROM scopes WHERE organization_id = $1 AND name <> $2")
        .bind(organization.as_str().to_owned())
        .bind(name.as_str().to_owned())
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("found")?)
}

/// Lists up to `limit` scopes of an organization by name, after a name.
pub async fn list(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    after: Option<&ScopeName>,
    limit: u32,
) -> Result<Vec<Scope>, StorageError> {
    let rows = select(organization, after, limit).query().fetch_all(connection).await?;
    let scope = |row: &AnyRow| {
        Ok(Scope { name: parse_column(row, "name")?, description: row.try_get("description")?, built_in: false })
    };
    rows.iter().map(scope).collect()
}

pub(super) fn select(organization: &OrganizationId, after: Option<&ScopeName>, limit: u32) -> Statement {
    Statement::new("SELECT name, description FROM scopes WHERE organization_id = ")
        .value(organization.as_str())
        .maybe(after, |statement, after| statement.push(" AND name > ").value(after.as_str()))
        .push(" ORDER BY name LIMIT ")
        .value(i64::from(limit))
}

/// Locks the scopes of an organization that have one of some names, and returns their names. An update that changes nothing
/// does on both databases what `FOR UPDATE` does on one.
pub async fn lock_for_update(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    names: impl IntoIterator<Item = &ScopeName>,
) -> Result<BTreeSet<String>, StorageError> {
    let statement =
        Statement::new("UPDATE scopes SET name = name WHERE organization_id = ").value(organization.as_str());
    let locking = names.into_iter().enumerate().fold(statement, |statement, (index, name)| {
        statement.push(if index == 0 { " AND name IN (" } else { ", " }).value(name.as_str())
    });
    let rows = locking.push(") RETURNING name").query().fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

/// Deletes a scope.
pub async fn delete(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    name: &ScopeName,
) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM scopes WHERE organization_id = $1 AND name = $2")
        .bind(organization.as_str().to_owned())
        .bind(name.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}
