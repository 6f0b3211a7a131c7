use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::AnyConnection;

use super::{StorageError, execute};

/// A client's assertion, as far as it is remembered.
pub(crate) struct Assertion<'a> {
    pub(crate) client: &'a AccessKeyId,
    pub(crate) jti: &'a str,
    /// In whole seconds.
    pub(crate) issued_at: Timestamp,
    /// From when on it is refused by its age alone.
    pub(crate) ends_at: Timestamp,
}

/// What came of noting an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It is used from now on.
    Now,
    /// It was used before.
    Before,
    /// It was issued before the database came back from a backup, which may have forgotten that it was used.
    BeforeRestore,
    /// As many of the client's are remembered as may be.
    TooMany,
}

/// Notes that a client has used an assertion, until it would have expired. A good one costs one statement.
pub(crate) async fn note(
    connection: &mut AnyConnection,
    assertion: &Assertion<'_>,
    now: Timestamp,
    most: u32,
) -> Result<Noted, StorageError> {
    let Assertion { client, jti, issued_at, ends_at } = assertion;
    // It may have been issued at any time within its second.
    let restored_after = issued_at.plus_milliseconds(1000);
    let offset = i64::from(most).saturating_sub(1);
    let query = sqlx::query(
        "INSERT INTO used_assertions (client_id, jti, ends_at) SELECT $1, $2, $3 \
         WHERE NOT EXISTS (SELECT 1 FROM installation WHERE restored_at >= $4) \
         AND NOT EXISTS (SELECT 1 FROM used_assertions WHERE client_id = $5 AND ends_at > $6 LIMIT 1 OFFSET $7) \
         ON CONFLICT (client_id, jti) DO NOTHING",
    )
    .bind(client.as_str().to_owned())
    .bind((*jti).to_owned())
    .bind(ends_at.0)
    .bind(restored_after.0)
    .bind(client.as_str().to_owned())
    .bind(now.0)
    .bind(offset);
    if execute(connection, query).await? > 0 {
        return Ok(Noted::Now);
    }
    let is_before_restore = sqlx::query("SELECT 1 FROM installation WHERE restored_at >= $1").bind(restored_after.0);
    if is_before_restore.fetch_optional(&mut *connection).await?.is_some() {
        return Ok(Noted::BeforeRestore);
    }
    let was_used = sqlx::query("SELECT 1 FROM used_assertions WHERE client_id = $1 AND jti = $2")
        .bind(client.as_str().to_owned())
        .bind((*jti).to_owned());
    let was_used = was_used.fetch_optional(connection).await?.is_some();
    Ok(if was_used { Noted::Before } else { Noted::TooMany })
}

/// Forgets the assertions that have expired.
pub(crate) async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM used_assertions WHERE ends_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
