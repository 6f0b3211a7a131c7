use latchkey_model::{
    access_key::{Action, AuditRecord},
    email::display_form,
    id::OrganizationId,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{StorageError, execute, statement::Statement};
use crate::audit::Entry;

/// Adds a record, in the transaction of the change that it tells of.
pub(crate) async fn insert(connection: &mut AnyConnection, id: &str, entry: &Entry<'_>) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO audit_records \
         (id, organization_id, subject_id, revision, action, done_at, done_by, done_from, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id.to_owned())
    .bind(entry.organization.as_str().to_owned())
    .bind(entry.subject.to_owned())
    .bind(entry.revision)
    .bind(write_action(entry.action))
    .bind(entry.at.0)
    .bind(entry.by.to_owned())
    .bind(entry.from.clone())
    .bind(entry.detail.map(str::to_owned));
    execute(connection, query).await.map(|_| ())
}

/// Where a record stands in the history of its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) revision: i64,
    pub(crate) id: String,
}

/// The next records of one subject's history before a place, latest first, each with its own place.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    subject: &str,
    before: Option<&Place>,
    limit: u32,
) -> Result<Vec<(Place, AuditRecord)>, StorageError> {
    let rows = select(organization, subject, before, limit).query().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(super) fn select(organization: &OrganizationId, subject: &str, before: Option<&Place>, limit: u32) -> Statement {
    let before_it = |statement: Statement, Place { revision, id }: &Place| {
        statement.push(" AND (revision, id) < (").value(*revision).push(", ").value(id.as_str()).push(")")
    };
    Statement::new("SELECT * FROM audit_records WHERE organization_id = ")
        .value(organization.as_str())
        .push(" AND subject_id = ")
        .value(subject)
        .maybe(before, before_it)
        .push(" ORDER BY revision DESC, id DESC LIMIT ")
        .value(i64::from(limit))
}

fn read(row: &AnyRow) -> Result<(Place, AuditRecord), StorageError> {
    let place = Place { revision: row.try_get("revision")?, id: row.try_get("id")? };
    let record = AuditRecord {
        action: read_action(&row.try_get::<String, _>("action")?)?,
        at: Timestamp(row.try_get("done_at")?),
        by: display_form(row.try_get("done_by")?),
        from: row.try_get("done_from")?,
        detail: row.try_get("detail")?,
    };
    Ok((place, record))
}

fn write_action(action: Action) -> String {
    match serde_json::to_value(action) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

fn read_action(text: &str) -> Result<Action, StorageError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|_| StorageError::Corrupt("action"))
}
