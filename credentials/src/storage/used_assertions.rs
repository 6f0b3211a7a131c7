use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::AnyConnection;

use super::{StorageError, execute};

/// Notes that a client has used an assertion, until it would have expired; `false` if it was used before.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    client: &AccessKeyId,
    jti: &str,
    ends_at: Timestamp,
) -> Result<bool, StorageError> {
    let query = sqlx::query(
        "INSERT INTO used_assertions (client_id, jti, ends_at) VALUES ($1, $2, $3) ON CONFLICT (client_id, jti) DO NOTHING",
    )
    .bind(client.as_str().to_owned())
    .bind(jti.to_owned())
    .bind(ends_at.0);
    Ok(execute(connection, query).await? > 0)
}

/// Forgets the assertions that have expired.
pub(crate) async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM used_assertions WHERE ends_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
