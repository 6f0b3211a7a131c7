//! People: the members of an organization and their roles.

use serde::{Deserialize, Serialize};

use crate::{id::MemberId, redacted::LinkToken, timestamp::Timestamp};

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// Makes, changes and deletes keys and members.
    Administrator,
    /// Sees the keys; changes nothing.
    Member,
}

impl Role {
    /// The role as the wire and the database write it.
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
    /// Its identifier.
    pub id: MemberId,
    /// What the member signs in with.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// When the member joined.
    pub joined_at: Timestamp,
}

/// An invitation that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PendingInvitation {
    /// Whom it is for.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A page of an organization's members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberPage {
    /// By e-mail address.
    pub members: Vec<Member>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A page of the invitations to an organization that still wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationPage {
    /// By e-mail address. Only administrators see any.
    pub invitations: Vec<PendingInvitation>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A one-time link, shown to who made it and to nobody else. The token stands in the URL's fragment,
/// which browsers send to no server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneTimeLink {
    /// The whole link, token included.
    pub link: LinkToken,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What an invitation says to who holds its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// The organization's name.
    pub organization: String,
    /// Whom it is for.
    pub email: String,
    /// The role that it gives.
    pub role: Role,
}

/// A member after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedMember {
    /// The member, as it is now.
    pub member: Member,
}
