use latchkey_model::timestamp::Timestamp;
use sqlx::{AnyConnection, Row};

use super::{StorageError, execute};

/// Notes that a token is revoked, until it would have ended; `false` if it was revoked before.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    token_id: &str,
    ends_at: Timestamp,
) -> Result<bool, StorageError> {
    let query = sqlx::query("INSERT INTO revoked_tokens (id, ends_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
        .bind(token_id.to_owned())
        .bind(ends_at.0);
    Ok(execute(connection, query).await? > 0)
}

/// Every revoked token, with the moment when it ends by itself.
pub(crate) async fn all(connection: &mut AnyConnection) -> Result<Vec<(String, Timestamp)>, StorageError> {
    let rows = sqlx::query("SELECT id, ends_at FROM revoked_tokens").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, Timestamp(row.try_get("ends_at")?)))).collect()
}

/// When a revoked token ends by itself.
pub(crate) async fn end_of(connection: &mut AnyConnection, token_id: &str) -> Result<Option<Timestamp>, StorageError> {
    let query = sqlx::query("SELECT ends_at FROM revoked_tokens WHERE id = $1").bind(token_id.to_owned());
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Ok(Timestamp(row.try_get("ends_at")?))).transpose()
}

/// Forgets the tokens that have ended.
pub(crate) async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM revoked_tokens WHERE ends_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
