use latchkey_model::{
    access_key::{Action, AuditRecord},
    id::OrganizationId,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row};

use super::{StorageError, execute};
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

/// How many of a subject's latest records are shown, beside that of its creation.
const LATEST: usize = 200;

/// The history of one subject, latest first: the latest records and that of its creation; and whether others between
/// them are left out.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    subject: &str,
) -> Result<(Vec<AuditRecord>, bool), StorageError> {
    // Two more than the latest tell whether there is one between them and the first.
    let mut rows = sqlx::query(
        "SELECT * FROM audit_records WHERE organization_id = $1 AND subject_id = $2 \
         ORDER BY revision DESC, id DESC LIMIT 202",
    )
    .bind(organization.as_str().to_owned())
    .bind(subject.to_owned())
    .fetch_all(&mut *connection)
    .await?;
    let has_gap = rows.len() > LATEST + 1;
    if has_gap {
        let first = sqlx::query(
            "SELECT * FROM audit_records WHERE organization_id = $1 AND subject_id = $2 ORDER BY revision, id LIMIT 1",
        )
        .bind(organization.as_str().to_owned())
        .bind(subject.to_owned())
        .fetch_one(connection)
        .await?;
        rows.truncate(LATEST);
        rows.push(first);
    }
    let records = rows.iter().map(|row| {
        Ok(AuditRecord {
            action: read_action(&row.try_get::<String, _>("action")?)?,
            at: Timestamp(row.try_get("done_at")?),
            by: row.try_get("done_by")?,
            from: row.try_get("done_from")?,
            detail: row.try_get("detail")?,
        })
    });
    Ok((records.collect::<Result<_, StorageError>>()?, has_gap))
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
