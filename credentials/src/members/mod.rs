//! The members of an organization: inviting, changing, removing.

mod accept;
mod invite;
mod list;
mod remove;
mod set_role;

pub use accept::{AcceptInvitationError, InvitationError};
pub use invite::InviteError;
use latchkey_model::{id::MemberId, member::Role};
pub use remove::RemoveMemberError;
pub use set_role::SetMemberRoleError;
use sqlx::AnyConnection;

use crate::{
    Administrator, StorageError,
    storage::{
        members::{self, MemberRow},
        organizations,
    },
};

/// What can be taken from an organization's administrators.
enum Taken {
    Member(MemberRow),
    Nobody,
    /// The one without whom nobody could administer.
    LastAdministrator,
}

/// Takes a member who is to lose the role of administrator, one change at a time in an organization: two
/// administrators who demote each other at once must not both succeed.
async fn take_for_demotion(
    connection: &mut AnyConnection,
    administrator: &Administrator<'_>,
    id: &MemberId,
) -> Result<Taken, StorageError> {
    let organization = &administrator.organization_id;
    organizations::lock(connection, organization).await?;
    let Some(member) = members::find(connection, organization, id).await? else { return Ok(Taken::Nobody) };
    let is_last =
        member.role == Role::Administrator && members::count_administrators(connection, organization).await? <= 1;
    Ok(if is_last { Taken::LastAdministrator } else { Taken::Member(member) })
}
