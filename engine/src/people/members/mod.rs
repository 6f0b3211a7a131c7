//! The members of an organization: invite, join, change the role, remove.

mod accept;
mod demotion;
mod invite;
mod list;
mod list_invitations;
mod remove;
mod set_role;
mod withdraw;

pub use accept::{AcceptInvitationError, InvitationError};
pub use invite::InviteError;
pub use remove::RemoveMemberError;
pub use set_role::SetMemberRoleError;
pub use withdraw::WithdrawInvitationError;
