use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::PendingInvitation,
    timestamp::Timestamp,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    StorageError, execute,
    members::{parse_email, parse_role},
    parse_column,
    statement::Statement,
};
use crate::one_time_link::{LinkDigest, Purpose};

/// Adds a link.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    digest: &LinkDigest,
    purpose: &Purpose,
    made_by: Option<&MemberId>,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    let (organization, member, email, role) = match purpose {
        Purpose::SetUp => (None, None, None, None),
        Purpose::Invitation { organization, email, role } => {
            (Some(organization.as_str().to_owned()), None, Some(email.as_str().to_owned()), Some(role.as_str()))
        }
        Purpose::Recovery { member } => (None, Some(member.as_str().to_owned()), None, None),
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

fn read(row: &AnyRow) -> Result<Purpose, StorageError> {
    match row.try_get::<String, _>("purpose")?.as_str() {
        "set_up" => Ok(Purpose::SetUp),
        "invitation" => Ok(Purpose::Invitation {
            organization: parse_column::<OrganizationId>(row, "organization_id")?,
            email: parse_email(row, "email")?,
            role: parse_role(row, "role")?,
        }),
        "recovery" => Ok(Purpose::Recovery { member: parse_column::<MemberId>(row, "member_id")? }),
        _ => Err(StorageError::Corrupt("purpose")),
    }
}

/// What a link that has not ended is for.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    digest: &LinkDigest,
    now: Timestamp,
) -> Result<Option<Purpose>, StorageError> {
    let row = sqlx::query("SELECT * FROM one_time_links WHERE token_hash = $1 AND expires_at > $2")
        .bind(digest.as_str().to_owned())
        .bind(now.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Uses a link up: of several that try at once, one gets it. Rolled back, it can be used again.
pub(crate) async fn take(
    connection: &mut AnyConnection,
    digest: &LinkDigest,
    now: Timestamp,
) -> Result<Option<Purpose>, StorageError> {
    let row = sqlx::query("DELETE FROM one_time_links WHERE token_hash = $1 AND expires_at > $2 RETURNING *")
        .bind(digest.as_str().to_owned())
        .bind(now.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The next invitations of an organization that still wait, after an e-mail address, in the order of these.
pub(crate) async fn pending_invitations(
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

/// How many invitations of an organization still wait.
pub(crate) async fn count_invitations(
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

pub(super) fn select_pending(
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

/// Withdraws an organization's invitation of one address; `false` if none waits.
pub(crate) async fn withdraw_invitation(
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

/// Removes an organization's invitations of one address, ended or not.
pub(crate) async fn delete_invitations(
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

/// Withdraws a member's recovery links.
pub(crate) async fn delete_recoveries(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM one_time_links WHERE member_id = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Withdraws the links that a member has made.
pub(crate) async fn delete_made_by(connection: &mut AnyConnection, member: &MemberId) -> Result<(), StorageError> {
    let query = sqlx::query("DELETE FROM one_time_links WHERE made_by = $1").bind(member.as_str().to_owned());
    execute(connection, query).await.map(|_| ())
}

/// Withdraws every set-up link.
pub(crate) async fn delete_set_ups(connection: &mut AnyConnection) -> Result<(), StorageError> {
    execute(connection, sqlx::query("DELETE FROM one_time_links WHERE purpose = 'set_up'")).await.map(|_| ())
}

/// Withdraws every link; how many.
pub(crate) async fn delete_all(connection: &mut AnyConnection) -> Result<u64, StorageError> {
    execute(connection, sqlx::query("DELETE FROM one_time_links")).await
}

/// Removes the links that have ended.
pub(crate) async fn delete_ended(connection: &mut AnyConnection, now: Timestamp) -> Result<u64, StorageError> {
    let query = sqlx::query("DELETE FROM one_time_links WHERE expires_at <= $1").bind(now.0);
    execute(connection, query).await
}
