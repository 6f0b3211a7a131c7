//! The members of an organization and their roles.

mod requests;

pub use requests::{
    AcceptInvitation, GetInvitation, InviteMember, MakeRecoveryLink, RemoveMember, SetMemberRole, WithdrawInvitation,
};
use serde::{Deserialize, Serialize};

use crate::{id::MemberId, redacted::LinkToken, timestamp::Timestamp};

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// May create, change and delete keys and members.
    Administrator,
    /// May see the keys.
    Member,
}

impl Role {
    /// Returns the role as JSON and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Member => "member",
        }
    }
}

/// A member of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Member {
    /// The identifier.
    pub id: MemberId,
    /// The e-mail address with which the member signs in.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// When the member joined.
    pub joined_at: Timestamp,
}

/// An invitation that has not been accepted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PendingInvitation {
    /// The e-mail address of the invited person.
    pub email: String,
    /// The role that the invited person will have.
    pub role: Role,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// A page of an organization's members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberPage {
    /// Sorted by e-mail address.
    pub members: Vec<Member>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A page of an organization's pending invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationPage {
    /// Sorted by e-mail address. Empty for callers who are not administrators.
    pub invitations: Vec<PendingInvitation>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A one-time link, which is shown only to its creator. The token is in the URL's fragment,
/// which browsers do not send to servers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneTimeLink {
    /// The whole link, including the token.
    pub link: LinkToken,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// An invitation as shown to the holder of its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// The organization's name.
    pub organization: String,
    /// The e-mail address of the invited person.
    pub email: String,
    /// The role that the invited person will have.
    pub role: Role,
}

/// A member after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedMember {
    /// The member after the change.
    pub member: Member,
}
