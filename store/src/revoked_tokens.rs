//! The table `revoked_tokens`.

use latchkey_model::timestamp::Timestamp;
use sqlx::{AnyConnection, Row};

use crate::{StorageError, query::execute};

/// Stores that a token is revoked, until it would have expired. Returns `false` if it was revoked before.
pub async fn insert(connection: &mut AnyConnection, token_id: &str, ends_at: Timestamp) -> Result<bool, StorageError> {
    let query = sqlx::query("INSERT INTO revoked_tokens (id, ends_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
        .bind(token_id.to_owned())
        .bind(ends_at.0);
    Ok(execute(connection, query).await? > 0)
}

/// Lists all revoked tokens, each with the time at which it expires.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<(String, Timestamp)>, StorageError> {
    let rows = sqlx::query("SELECT id, ends_at FROM revoked_tokens").fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, Timestamp(row.try_get("ends_at")?)))).collect()
}

/// Finds when a revoked token expires.
pub async fn expiry(connection: &mut AnyConnection, token_id: &str) -> Result<Option<Timestamp>, StorageError> {
    let query = sqlx::query("SELECT ends_at FROM revoked_tokens WHERE id = $1").bind(token_id.to_owned());
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Ok(Timestamp(row.try_get("ends_at")?))).transpose()
}

/// Deletes the tokens that have expired.
pub async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM revoked_tokens WHERE ends_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
