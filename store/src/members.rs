//! The tables `members` and `member_addresses`.

use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::{Member, Role},
    network::Network,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{
    StorageError,
    query::{execute, parse_column},
    statement::Statement,
};

/// A row of `members`.
pub struct MemberRow {
    /// Its ID.
    pub id: MemberId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The address that the member signs in with.
    pub email: Email,
    /// What the member may do.
    pub role: Role,
    /// The argon2id hash of the password, a PHC string.
    pub password_hash: String,
    /// When the member joined.
    pub joined_at: Timestamp,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        Self { id: row.id, email: row.email.display_form(), role: row.role, joined_at: row.joined_at }
    }
}

pub(crate) fn parse_role(row: &AnyRow, column: &'static str) -> Result<Role, StorageError> {
    match row.try_get::<String, _>(column)?.as_str() {
        "administrator" => Ok(Role::Administrator),
        "member" => Ok(Role::Member),
        _ => Err(StorageError::Corrupt("role")),
    }
}

pub(crate) fn parse_email(row: &AnyRow, column: &'static str) -> Result<Email, StorageError> {
    Email::parse(&row.try_get::<String, _>(column)?).map_err(|_| StorageError::Corrupt("email"))
}

fn read(row: &AnyRow) -> Result<MemberRow, StorageError> {
    Ok(MemberRow {
        id: parse_column(row, "id")?,
        organization_id: parse_column(row, "organization_id")?,
        email: parse_email(row, "email")?,
        role: parse_role(row, "role")?,
        password_hash: row.try_get("password_hash")?,
        joined_at: Timestamp(row.try_get("joined_at")?),
    })
}

/// Inserts a member. A duplicate e-mail address is a unique violation.
pub async fn insert(connection: &mut AnyConnection, member: &MemberRow) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO members (id, organization_id, email, role, password_hash, joined_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(member.id.as_str().to_owned())
    .bind(member.organization_id.as_str().to_owned())
    .bind(member.email.as_str().to_owned())
    .bind(member.role.as_str())
    .bind(member.password_hash.clone())
    .bind(member.joined_at.0);
    execute(connection, query).await.map(|_| ())
}

/// Finds the member who signs in with an e-mail address.
pub async fn by_email(connection: &mut AnyConnection, email: &Email) -> Result<Option<MemberRow>, StorageError> {
    let row = sqlx::query("SELECT * FROM members WHERE email = $1")
        .bind(email.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Finds a member of one organization.
pub async fn find(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &MemberId,
) -> Result<Option<MemberRow>, StorageError> {
    let row = sqlx::query("SELECT * FROM members WHERE organization_id = $1 AND id = $2")
        .bind(organization.as_str().to_owned())
        .bind(id.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Finds a member by its ID, whatever its organization.
pub async fn by_id(connection: &mut AnyConnection, id: &MemberId) -> Result<Option<MemberRow>, StorageError> {
    let row = sqlx::query("SELECT * FROM members WHERE id = $1")
        .bind(id.as_str().to_owned())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Lists up to `limit` members of an organization by e-mail address, after one address.
pub async fn list(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    after: Option<&Email>,
    limit: u32,
) -> Result<Vec<MemberRow>, StorageError> {
    let rows = select(organization, after, limit).query().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

pub(crate) fn select(organization: &OrganizationId, after: Option<&Email>, limit: u32) -> Statement {
    Statement::new("SELECT * FROM members WHERE organization_id = ")
        .value(organization.as_str())
        .maybe(after, |statement, after| statement.push(" AND email > ").value(after.as_str()))
        .push(" ORDER BY email LIMIT ")
        .value(i64::from(limit))
}

/// Counts the members of an organization.
pub async fn count(connection: &mut AnyConnection, organization: &OrganizationId) -> Result<i64, StorageError> {
    let row = sqlx::query("SELECT COUNT(*) AS found FROM members WHERE organization_id = $1")
        .bind(organization.as_str().to_owned())
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("found")?)
}

/// Counts the administrators of an organization.
pub async fn count_administrators(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
) -> Result<i64, StorageError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS administrators FROM members WHERE organization_id = $1 AND role = 'administrator'",
    )
    .bind(organization.as_str().to_owned())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("administrators")?)
}

/// Changes a member's role.
pub async fn set_role(connection: &mut AnyConnection, id: &MemberId, role: Role) -> Result<(), StorageError> {
    let query =
        sqlx::query("UPDATE members SET role = $1 WHERE id = $2").bind(role.as_str()).bind(id.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Changes a member's password.
pub async fn set_password_hash(connection: &mut AnyConnection, id: &MemberId, hash: &str) -> Result<(), StorageError> {
    let query = sqlx::query("UPDATE members SET password_hash = $1 WHERE id = $2")
        .bind(hash.to_owned())
        .bind(id.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Replaces a password hash that is still the one that was verified. Returns `false` if it was changed since. Replacing it by
/// itself locks it until the transaction ends.
pub async fn replace_password_hash(
    connection: &mut AnyConnection,
    id: &MemberId,
    verified: &str,
    hash: &str,
) -> Result<bool, StorageError> {
    let query = sqlx::query("UPDATE members SET password_hash = $1 WHERE id = $2 AND password_hash = $3")
        .bind(hash.to_owned())
        .bind(id.as_str().to_owned())
        .bind(verified.to_owned());
    Ok(execute(connection, query).await? > 0)
}

/// Deletes a member with its sessions, links, known networks and devices.
pub async fn delete(connection: &mut AnyConnection, id: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM members WHERE id = $1").bind(id.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Returns whether the member with an e-mail address has signed in from a network since a time.
pub async fn knows_network(
    connection: &mut AnyConnection,
    email: &Email,
    network: Network,
    since: Timestamp,
) -> Result<bool, StorageError> {
    let row = sqlx::query(
        "SELECT member_addresses.member_id FROM member_addresses \
         JOIN members ON members.id = member_addresses.member_id \
         WHERE members.email = $1 AND member_addresses.address = $2 AND member_addresses.signed_in_at >= $3",
    )
    .bind(email.as_str().to_owned())
    .bind(network.to_string())
    .bind(since.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Stores that a member has signed in from a network.
pub async fn record_network(
    connection: &mut AnyConnection,
    id: &MemberId,
    network: Network,
    now: Timestamp,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "INSERT INTO member_addresses (member_id, address, signed_in_at) VALUES ($1, $2, $3) \
         ON CONFLICT (member_id, address) DO UPDATE SET signed_in_at = excluded.signed_in_at",
    )
    .bind(id.as_str().to_owned())
    .bind(network.to_string())
    .bind(now.0);
    execute(connection, query).await.map(|_| ())
}

/// Deletes all networks of a member but those used most recently.
pub async fn keep_latest_networks(
    connection: &mut AnyConnection,
    id: &MemberId,
    most: u32,
) -> Result<(), StorageError> {
    let query = sqlx::query(
        "DELETE FROM member_addresses WHERE member_id = $1 AND address NOT IN (SELECT address FROM member_addresses \
         WHERE member_id = $2 ORDER BY signed_in_at DESC, address LIMIT $3)",
    )
    .bind(id.as_str().to_owned())
    .bind(id.as_str().to_owned())
    .bind(i64::from(most));
    execute(connection, query).await.map(|_| ())
}

/// Deletes the networks without a sign-in since a time.
pub async fn delete_ended_networks(connection: &mut AnyConnection, since: Timestamp) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM member_addresses WHERE signed_in_at < $1").bind(since.0);
    execute(connection, query).await.map(|_| ())
}
