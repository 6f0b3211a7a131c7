//! The table `member_devices`.

use latchkey_model::{email::Email, id::MemberId, timestamp::Timestamp};
use sqlx::AnyConnection;

use crate::{StorageError, TokenDigest, query::execute};

/// Inserts a device that a member has signed in with.
pub async fn insert(
    connection: &mut AnyConnection,
    member: &MemberId,
    device: &TokenDigest,
    now: Timestamp,
) -> Result<(), StorageError> {
    let query = sqlx::query("INSERT INTO member_devices (token_hash, member_id, signed_in_at) VALUES ($1, $2, $3)")
        .bind(device.as_str().to_owned())
        .bind(member.as_str().to_owned())
        .bind(now.0);
    execute(connection, query).await.map(|_| ())
}

/// Returns whether the member with an e-mail address has signed in with a device since a time.
pub async fn knows(
    connection: &mut AnyConnection,
    email: &Email,
    device: &TokenDigest,
    since: Timestamp,
) -> Result<bool, StorageError> {
    let row = sqlx::query(
        "SELECT member_devices.member_id FROM member_devices \
         JOIN members ON members.id = member_devices.member_id \
         WHERE members.email = $1 AND member_devices.token_hash = $2 AND member_devices.signed_in_at >= $3",
    )
    .bind(email.as_str().to_owned())
    .bind(device.as_str().to_owned())
    .bind(since.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Updates when a member last signed in with a device. Returns `false` if the device is not one of the member's, or was not
/// used since a time.
pub async fn touch(
    connection: &mut AnyConnection,
    member: &MemberId,
    device: &TokenDigest,
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let query = sqlx::query(
        "UPDATE member_devices SET signed_in_at = $1 WHERE token_hash = $2 AND member_id = $3 AND signed_in_at >= $4",
    )
    .bind(now.0)
    .bind(device.as_str().to_owned())
    .bind(member.as_str().to_owned())
    .bind(since.0);
    Ok(execute(connection, query).await? > 0)
}

/// Deletes all devices of a member but one and the `others` used most recently beside it.
pub async fn keep_latest(
    connection: &mut AnyConnection,
    member: &MemberId,
    device: &TokenDigest,
    others: u32,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "DELETE FROM member_devices WHERE member_id = $1 AND token_hash <> $2 AND token_hash NOT IN \
         (SELECT token_hash FROM member_devices WHERE member_id = $3 AND token_hash <> $4 \
          ORDER BY signed_in_at DESC, token_hash LIMIT $5)",
    )
    .bind(member.as_str().to_owned())
    .bind(device.as_str().to_owned())
    .bind(member.as_str().to_owned())
    .bind(device.as_str().to_owned())
    .bind(i64::from(others));
    execute(connection, query).await.map(|_| ())
}

/// Deletes all devices of a member.
pub async fn delete_of_member(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM member_devices WHERE member_id = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Deletes the devices that were not used since a time.
pub async fn delete_ended(connection: &mut AnyConnection, since: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM member_devices WHERE signed_in_at < $1").bind(since.0);
    execute(connection, query).await.map(|_| ())
}
