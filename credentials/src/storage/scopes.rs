use std::collections::BTreeSet;

use latchkey_model::{
    id::OrganizationId,
    scope::{Scope, ScopeName},
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{StorageError, execute, parse_column, statement::Statement};

/// Adds a scope, or gives the one of that name another description.
pub(crate) async fn define(
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

/// How many scopes an organization has beside the one of a name.
pub(crate) async fn count_others(
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

/// An organization's next own scopes after a name, in the order of these.
pub(crate) async fn list(
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

/// Which of some names are an organization's own scopes. Their rows are held until the transaction ends: an update that
/// changes nothing does on both databases what `FOR UPDATE` does on one.
pub(crate) async fn take_for_change(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    names: impl IntoIterator<Item = &ScopeName>,
) -> Result<BTreeSet<String>, StorageError> {
    let statement =
        Statement::new("UPDATE scopes SET name = name WHERE organization_id = ").value(organization.as_str());
    let taking = names.into_iter().enumerate().fold(statement, |statement, (place, name)| {
        statement.push(if place == 0 { " AND name IN (" } else { ", " }).value(name.as_str())
    });
    let rows = taking.push(") RETURNING name").query().fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get("name")?)).collect()
}

/// Removes a scope.
pub(crate) async fn delete(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    name: &ScopeName,
) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM scopes WHERE organization_id = $1 AND name = $2")
        .bind(organization.as_str().to_owned())
        .bind(name.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}
