use serde::{Deserialize, Serialize};

use super::Role;
use crate::{
    id::MemberId,
    redacted::{LinkToken, Password},
};

/// Invites a person to the organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteMember {
    /// The e-mail address of the invited person.
    pub email: String,
    /// The role that the invited person will have.
    pub role: Role,
}

/// Withdraws a pending invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WithdrawInvitation {
    /// The e-mail address of the invited person.
    pub email: String,
}

/// Asks for the invitation that a link belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetInvitation {
    /// The token of the invitation's link.
    pub token: LinkToken,
}

/// Accepts an invitation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptInvitation {
    /// The token of the invitation's link.
    pub token: LinkToken,
    /// The new member's password.
    pub password: Password,
}

/// Changes a member's role.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetMemberRole {
    /// The member.
    pub id: MemberId,
    /// The new role.
    pub role: Role,
}

/// Asks for a one-time link with which a member sets a new password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MakeRecoveryLink {
    /// The member.
    pub id: MemberId,
}

/// Removes a member at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveMember {
    /// The member.
    pub id: MemberId,
}
