//! The table `used_assertions`.

use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::AnyConnection;

use crate::{StorageError, query::execute};

/// The part of a client's assertion that is remembered.
pub struct Assertion<'a> {
    /// The client.
    pub client: &'a AccessKeyId,
    /// The assertion's own identifier.
    pub jti: &'a str,
    /// When it was issued, in whole seconds.
    pub issued_at: Timestamp,
    /// When it has expired, so that it need not be remembered.
    pub ends_at: Timestamp,
}

/// The result of marking an assertion as used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkResult {
    /// It was not used before, and is marked now.
    Marked,
    /// It was used before.
    UsedBefore,
    /// It was issued before the database was restored from a backup, so whether it was used is not known.
    IssuedBeforeRestore,
    /// The client already has the maximum number of remembered assertions.
    TooMany,
}

/// Marks an assertion as used until it has expired. One that is accepted costs one statement.
pub async fn mark_used(
    connection: &mut AnyConnection,
    assertion: &Assertion<'_>,
    now: Timestamp,
    most: u32,
) -> Result<MarkResult, StorageError> {
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
        return Ok(MarkResult::Marked);
    }
    let is_before_restore = sqlx::query("SELECT 1 FROM installation WHERE restored_at >= $1").bind(restored_after.0);
    if is_before_restore.fetch_optional(&mut *connection).await?.is_some() {
        return Ok(MarkResult::IssuedBeforeRestore);
    }
    let was_used = sqlx::query("SELECT 1 FROM used_assertions WHERE client_id = $1 AND jti = $2")
        .bind(client.as_str().to_owned())
        .bind((*jti).to_owned());
    let was_used = was_used.fetch_optional(connection).await?.is_some();
    Ok(if was_used { MarkResult::UsedBefore } else { MarkResult::TooMany })
}

/// Deletes the assertions that have expired.
pub async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM used_assertions WHERE ends_at <= $1").bind(now.0);
    execute(connection, query).await.map(|_| ())
}
