//! The table `sessions`.

use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::Role,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row};

use crate::{
    StorageError, TokenDigest,
    members::{parse_email, parse_role},
    query::{execute, parse_column},
};

/// A session with its member.
pub struct SessionRow {
    /// The member.
    pub member_id: MemberId,
    /// The organization of the member.
    pub organization_id: OrganizationId,
    /// The address that the member signs in with.
    pub email: Email,
    /// The role of the member.
    pub role: Role,
    /// When the session was last used.
    pub last_seen_at: Timestamp,
}

/// Inserts a session.
pub async fn insert(
    connection: &mut AnyConnection,
    digest: &TokenDigest,
    member: &MemberId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let query =
        sqlx::query("INSERT INTO sessions (token_hash, member_id, created_at, last_seen_at) VALUES ($1, $2, $3, $4)")
            .bind(digest.as_str().to_owned())
            .bind(member.as_str().to_owned())
            .bind(now.0)
            .bind(now.0);
    execute(connection, query).await.map(|_| ())
}

/// Finds a session that began and was last used after two times.
pub async fn find(
    connection: &mut AnyConnection,
    digest: &TokenDigest,
    begun_after: Timestamp,
    seen_after: Timestamp,
) -> Result<Option<SessionRow>, StorageError> {
    let row = sqlx::query(
        "SELECT members.id, members.organization_id, members.email, members.role, sessions.last_seen_at \
         FROM sessions JOIN members ON members.id = sessions.member_id \
         WHERE sessions.token_hash = $1 AND sessions.created_at > $2 AND sessions.last_seen_at > $3",
    )
    .bind(digest.as_str().to_owned())
    .bind(begun_after.0)
    .bind(seen_after.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(SessionRow {
        member_id: parse_column(&row, "id")?,
        organization_id: parse_column(&row, "organization_id")?,
        email: parse_email(&row, "email")?,
        role: parse_role(&row, "role")?,
        last_seen_at: Timestamp(row.try_get("last_seen_at")?),
    }))
}

/// Sets when a session was last used.
pub async fn touch(connection: &mut AnyConnection, digest: &TokenDigest, now: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
        .bind(now.0)
        .bind(digest.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Ends a session. Returns `false` if it had ended already.
pub async fn delete(connection: &mut AnyConnection, digest: &TokenDigest) -> Result<bool, StorageError> {
    let query = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(digest.as_str().to_owned());
    Ok(execute(connection, query).await? > 0)
}

/// Ends all sessions of a member but one and the latest `others` beside it.
pub async fn keep_latest(
    connection: &mut AnyConnection,
    member: &MemberId,
    session: &TokenDigest,
    others: u32,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "DELETE FROM sessions WHERE member_id = $1 AND token_hash <> $2 AND token_hash NOT IN \
         (SELECT token_hash FROM sessions WHERE member_id = $3 AND token_hash <> $4 \
          ORDER BY created_at DESC, last_seen_at DESC, token_hash LIMIT $5)",
    )
    .bind(member.as_str().to_owned())
    .bind(session.as_str().to_owned())
    .bind(member.as_str().to_owned())
    .bind(session.as_str().to_owned())
    .bind(i64::from(others));
    execute(connection, query).await.map(|_| ())
}

/// Ends every session of a member.
pub async fn delete_of_member(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM sessions WHERE member_id = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Ends all sessions of all members. Returns how many.
pub async fn delete_all(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    execute(connection, sqlx::query("DELETE FROM sessions")).await
}

/// Deletes the sessions that can no longer be used.
pub async fn delete_ended(
    connection: &mut AnyConnection,
    begun_before: Timestamp,
    seen_before: Timestamp,
) -> Result<u64, StorageError> {
    let query = sqlx::query("DELETE FROM sessions WHERE created_at <= $1 OR last_seen_at <= $2")
        .bind(begun_before.0)
        .bind(seen_before.0);
    execute(connection, query).await
}
