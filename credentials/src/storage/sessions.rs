use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::Role,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row};

use super::{
    StorageError, execute,
    members::{parse_email, parse_role},
    parse_column,
};
use crate::sessions::SessionDigest;

/// A session and the member whose it is.
pub(crate) struct SessionRow {
    pub(crate) member_id: MemberId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) email: Email,
    pub(crate) role: Role,
    pub(crate) last_seen_at: Timestamp,
}

/// Adds a session.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    digest: &SessionDigest,
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

/// A session that was begun and seen after the given moments.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    digest: &SessionDigest,
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

/// Notes that a session was used.
pub(crate) async fn touch(
    connection: &mut AnyConnection,
    digest: &SessionDigest,
    now: Timestamp,
) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE token_hash = $2")
        .bind(now.0)
        .bind(digest.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Ends one session; `false` if it has ended already.
pub(crate) async fn delete(connection: &mut AnyConnection, digest: &SessionDigest) -> Result<bool, StorageError> {
    let query = sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(digest.as_str().to_owned());
    Ok(execute(connection, query).await? > 0)
}

/// Ends all but one session of a member and the latest beside it.
pub(crate) async fn keep_latest(
    connection: &mut AnyConnection,
    member: &MemberId,
    session: &SessionDigest,
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
pub(crate) async fn delete_of_member(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM sessions WHERE member_id = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Ends every session of everybody; how many.
pub(crate) async fn delete_all(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    execute(connection, sqlx::query("DELETE FROM sessions")).await
}

/// Removes the sessions that can no longer be used.
pub(crate) async fn delete_ended(
    connection: &mut AnyConnection,
    begun_before: Timestamp,
    seen_before: Timestamp,
) -> Result<u64, StorageError> {
    let query = sqlx::query("DELETE FROM sessions WHERE created_at <= $1 OR last_seen_at <= $2")
        .bind(begun_before.0)
        .bind(seen_before.0);
    execute(connection, query).await
}
