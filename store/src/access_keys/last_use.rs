use latchkey_model::{access_key::Use, id::AccessKeyId};
use sqlx::AnyConnection;

use crate::{StorageError, query::execute};

/// Writes a key's first use. Returns `false` if it had one already.
pub async fn record_first_use(
    connection: &mut AnyConnection,
    id: &AccessKeyId,
    first: &Use,
) -> Result<bool, StorageError> {
    let query = sqlx::query(
        "UPDATE access_keys SET first_used_at = $1, first_used_from = $2, last_used_at = $3, last_used_from = $4 \
         WHERE id = $5 AND first_used_at IS NULL",
    )
    .bind(first.at.0)
    .bind(first.from.clone())
    .bind(first.at.0)
    .bind(first.from.clone())
    .bind(id.as_str().to_owned());
    Ok(execute(connection, query).await? > 0)
}

/// Sets `last_used` if newer, and `first_used` if still empty.
pub async fn record_last_use(connection: &mut AnyConnection, id: &AccessKeyId, last: &Use) -> Result<(), StorageError> {
    let query = sqlx::query(
        "UPDATE access_keys SET last_used_at = $1, last_used_from = $2, \
         first_used_at = COALESCE(first_used_at, $3), first_used_from = COALESCE(first_used_from, $4) \
         WHERE id = $5 AND (last_used_at IS NULL OR last_used_at < $6)",
    )
    .bind(last.at.0)
    .bind(last.from.clone())
    .bind(last.at.0)
    .bind(last.from.clone())
    .bind(id.as_str().to_owned())
    .bind(last.at.0);
    execute(connection, query).await.map(|_| ())
}
