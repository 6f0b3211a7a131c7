//! The table `audit_records`.

use latchkey_model::{
    access_key::{Action, AuditRecord},
    email::display_form,
    id::OrganizationId,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{StorageError, query::execute, statement::Statement};

/// A record to insert.
pub struct NewAuditRecord<'a> {
    /// The organization in which it happened.
    pub organization: &'a OrganizationId,
    /// The ID of the key, member or scope that was changed.
    pub subject: &'a str,
    /// The revision of the key after the change; 0 for other subjects, whose records are ordered by time.
    pub revision: i64,
    /// What was done.
    pub action: Action,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: &'a str,
    /// The address that it was done from.
    pub from: String,
    /// What the action needs to be understood, such as the former name.
    pub detail: Option<&'a str>,
}

/// Inserts a record, in the transaction of the change that it records.
pub async fn insert(connection: &mut AnyConnection, id: &str, record: &NewAuditRecord<'_>) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO audit_records \
         (id, organization_id, subject_id, revision, action, done_at, done_by, done_from, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(id.to_owned())
    .bind(record.organization.as_str().to_owned())
    .bind(record.subject.to_owned())
    .bind(record.revision)
    .bind(write_action(record.action))
    .bind(record.at.0)
    .bind(record.by.to_owned())
    .bind(record.from.clone())
    .bind(record.detail.map(str::to_owned));
    execute(connection, query).await.map(|_| ())
}

/// The position of a record in the history of its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryCursor {
    /// The revision of the subject.
    pub revision: i64,
    /// The ID of the record.
    pub id: String,
}

/// Lists up to `limit` records of one subject before a position, latest first, each with its position.
pub async fn list(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    subject: &str,
    before: Option<&HistoryCursor>,
    limit: u32,
) -> Result<Vec<(HistoryCursor, AuditRecord)>, StorageError> {
    let rows = select(organization, subject, before, limit).query().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(crate) fn select(
    organization: &OrganizationId,
    subject: &str,
    before: Option<&HistoryCursor>,
    limit: u32,
) -> Statement {
    let before_it = |statement: Statement, HistoryCursor { revision, id }: &HistoryCursor| {
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

fn read(row: &AnyRow) -> Result<(HistoryCursor, AuditRecord), StorageError> {
    let cursor = HistoryCursor { revision: row.try_get("revision")?, id: row.try_get("id")? };
    let record = AuditRecord {
        action: read_action(&row.try_get::<String, _>("action")?)?,
        at: Timestamp(row.try_get("done_at")?),
        by: display_form(row.try_get("done_by")?),
        from: row.try_get("done_from")?,
        detail: row.try_get("detail")?,
    };
    Ok((cursor, record))
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
