//! The members of an organization: inviting and withdrawing that, changing, removing.

mod accept;
mod invite;
mod list;
mod list_invitations;
mod remove;
mod set_role;
mod withdraw;

pub use accept::{AcceptInvitationError, InvitationError};
pub use invite::InviteError;
use latchkey_model::{
    id::{MemberId, OrganizationId},
    member::Role,
};
pub use remove::RemoveMemberError;
pub use set_role::SetMemberRoleError;
use sqlx::AnyConnection;

use crate::{
    Administrator, NotAllowed, StorageError,
    storage::{
        members::{self, MemberRow},
        organizations,
    },
};
pub use withdraw::WithdrawInvitationError;

/// Lets changes to an organization come one by one, and makes sure that the caller still administers it: a request may
/// have waited while the role was taken away, and a link that is made meanwhile would outlive the removal.
pub(crate) async fn lock_as_administrator(
    connection: &mut AnyConnection,
    administrator: &Administrator<'_>,
) -> Result<Result<(), NotAllowed>, StorageError> {
    let organization = &administrator.organization_id;
    organizations::lock(connection, organization).await?;
    let member = members::find(connection, organization, &administrator.member_id).await?;
    Ok(match member {
        Some(member) if member.role == Role::Administrator => Ok(()),
        _ => Err(NotAllowed),
    })
}

/// What can be taken from an organization's administrators.
enum Taken {
    Member(MemberRow),
    Nobody,
    /// The one without whom nobody could administer.
    LastAdministrator,
}

/// Takes a member who is to lose the role of administrator. The organization is locked already: two administrators who
/// demote each other at once must not both succeed.
async fn take_for_demotion(
    connection: &mut AnyConnection,
    organization: &OrganizationId,
    id: &MemberId,
) -> Result<Taken, StorageError> {
    let Some(member) = members::find(connection, organization, id).await? else { return Ok(Taken::Nobody) };
    let is_last =
        member.role == Role::Administrator && members::count_administrators(connection, organization).await? <= 1;
    Ok(if is_last { Taken::LastAdministrator } else { Taken::Member(member) })
}
