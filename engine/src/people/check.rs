use latchkey_model::member::Role;
use latchkey_store::{StorageError, members, organizations};
use sqlx::AnyConnection;

use super::caller::{Administrator, NotAllowed};

/// Locks the organization, so that changes to it happen one after another, and checks that the caller still is an administrator. A
/// request may have waited while the role was taken away, and a link that it creates would outlive that.
///
/// # Errors
/// [`NotAllowed`] or [`StorageError`].
pub(crate) async fn check_and_lock<E>(
    connection: &mut AnyConnection,
    administrator: &Administrator<'_>,
) -> Result<(), E>
where
    E: From<NotAllowed> + From<StorageError>,
{
    let organization = &administrator.organization_id;
    organizations::lock(connection, organization).await?;
    let member = members::find(connection, organization, &administrator.member_id).await?;
    match member {
        Some(member) if member.role == Role::Administrator => Ok(()),
        _ => Err(NotAllowed.into()),
    }
}
