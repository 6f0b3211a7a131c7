//! The table `one_time_links`.

use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::{PendingInvitation, Role},
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use crate::{
    StorageError, TokenDigest,
    members::{parse_email, parse_role},
    query::{execute, parse_column},
    statement::Statement,
};

/// What a link lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Create an organization and its first administrator.
    SetUp,
    /// Join an organization.
    Invitation {
        /// The organization.
        organization: OrganizationId,
        /// The address that is invited.
        email: Email,
        /// The role that the invitation gives.
        role: Role,
    },
    /// Choose a new password.
    Recovery {
        /// The member.
        member: MemberId,
    },
}

impl LinkPurpose {
    /// Returns the purpose as its column holds it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::Invitation { .. } => "invitation",
            Self::Recovery { .. } => "recovery",
        }
    }
}

/// Inserts a link.
pub async fn insert(
    connection: &mut AnyConnection,
    digest: &TokenDigest,
    purpose: &LinkPurpose,
    made_by: Option<&MemberId>,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let (organization, member, email, role) = match purpose {
        LinkPurpose::SetUp => (None, None, None, None),
        LinkPurpose::Invitation { organization, email, role } => {
            (Some(organization.as_str().to_owned()), None, Some(email.as_str().to_owned()), Some(role.as_str()))
        }
        LinkPurpose::Recovery { member } => (None, Some(member.as_str().to_owned()), None, None),
    };
    let query = sqlx::query(
        "INSERT INTO one_time_links (token_hash, purpose, organization_id, member_id, made_by, email, role, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(digest.as_str().to_owned())
    .bind(purpose.as_str())
    .bind(organization)
    .bind(member)
    .bind(made_by.map(|member| member.as_str().to_owned()))
    .bind(email)
    .bind(role)
    .bind(expires_at.0);
    execute(connection, query).await.map(|_| ())
}

fn read(row: &AnyRow) -> Result<LinkPurpose, StorageError> {
    match row.try_get::<String, _>("purpose")?.as_str() {
        "set_up" => Ok(LinkPurpose::SetUp),
        "invitation" => Ok(LinkPurpose::Invitation {
            organization: parse_column::<OrganizationId>(row, "organization_id")?,
            email: parse_email(row, "email")?,
            role: parse_role(row, "role")?,
        }),
        "recovery" => Ok(LinkPurpose::Recovery { member: parse_column::<MemberId>(row, "member_id")? }),
        _ => Err(StorageError::Corrupt("purpose")),
    }
}

/// Finds the purpose of a link that has not expired.
pub async fn find(
    connection: &mut AnyConnection,
    digest: &TokenDigest,
    now: Timestamp,
) -> Result<Option<LinkPurpose>, StorageError> {
    let row = sqlx::query("SELECT * FROM one_time_links WHERE token_hash = $1 AND expires_at > $2")
        .bind(digest.as_str().to_owned())
        .bind(now.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Uses a link up and returns its purpose. Of several attempts at once, one succeeds. Rolled back, the link can be used again.
pub async fn consume(
    connection: &mut AnyConnection,
    digest: &TokenDigest,
    now: Timestamp,
) -> Result<Option<LinkPurpose>, StorageError> {
    let row = sqlx::query("DELETE FROM one_time_links WHERE token_hash = $1 AND expires_at > $2 RETURNING *")
        .bind(digest.as_str().to_owned())
        .bind(now.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Lists up to `limit` pending invitations of an organization by e-mail address, after one address.
pub async fn pending_invitations(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    after: Option<&Email>,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<PendingInvitation>, StorageError> {
    let rows = select_pending(organization, after, limit, now).query().fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(PendingInvitation {
                email: parse_email(row, "email")?.display_form(),
                role: parse_role(row, "role")?,
                expires_at: Timestamp(row.try_get("expires_at")?),
            })
        })
        .collect::<Result<_, StorageError>>()
}

/// Counts the pending invitations of an organization.
pub async fn count_invitations(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    now: Timestamp,
) -> Result<i64, StorageError> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS found FROM one_time_links \
         WHERE organization_id = $1 AND purpose = 'invitation' AND expires_at > $2",
    )
    .bind(organization.as_str().to_owned())
    .bind(now.0)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("found")?)
}

pub(crate) fn select_pending(
    organization: &OrganizationId,
    after: Option<&Email>,
    limit: u32,
    now: Timestamp,
) -> Statement {
    Statement::new(
        "SELECT email, role, expires_at FROM one_time_links WHERE purpose = 'invitation' AND organization_id = ",
    )
    .value(organization.as_str())
    .push(" AND expires_at > ")
    .value(now.0)
    .maybe(after, |statement, after| statement.push(" AND email > ").value(after.as_str()))
    .push(" ORDER BY email LIMIT ")
    .value(i64::from(limit))
}

/// Cancels the pending invitation of an e-mail address. Returns `false` if there is none.
pub async fn withdraw_invitation(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    email: &Email,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let query = sqlx::query(
        "DELETE FROM one_time_links \
         WHERE organization_id = $1 AND purpose = 'invitation' AND email = $2 AND expires_at > $3",
    )
    .bind(organization.as_str().to_owned())
    .bind(email.as_str().to_owned())
    .bind(now.0);
    Ok(execute(connection, query).await? > 0)
}

/// Deletes an organization's invitations of an e-mail address, expired or not.
pub async fn delete_invitations(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    email: &Email,
) -> Result<u64, StorageError> {
    let query =
        sqlx::query("DELETE FROM one_time_links WHERE organization_id = $1 AND purpose = 'invitation' AND email = $2")
            .bind(organization.as_str().to_owned())
            .bind(email.as_str().to_owned());
    execute(connection, query).await
}

/// Deletes the recovery links of a member.
pub async fn delete_recoveries(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM one_time_links WHERE member_id = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Deletes the links that a member created.
pub async fn delete_made_by(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM one_time_links WHERE made_by = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Deletes all set-up links.
pub async fn delete_set_ups(connection: &mut AnyConnection) -> Result<(), StorageError> {
    execute(connection, sqlx::query("DELETE FROM one_time_links WHERE purpose = 'set_up'")).await.map(|_| ())
}

/// Deletes all links. Returns how many.
pub async fn delete_all(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    execute(connection, sqlx::query("DELETE FROM one_time_links")).await
}

/// Deletes the links that have expired.
pub async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<u64, StorageError> {
    let query = sqlx::query("DELETE FROM one_time_links WHERE expires_at <= $1").bind(now.0);
    execute(connection, query).await
}
