use serde::{Deserialize, Serialize};

use crate::redacted::{LinkToken, Password};

/// The request of a call that needs no arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoArguments {}

/// Creates an organization and its administrator.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetUp {
    /// The token of the set-up link.
    pub token: LinkToken,
    /// The organization's name.
    pub organization: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// The administrator's password.
    pub password: Password,
}

/// Starts a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// The member's e-mail address.
    pub email: String,
    /// The member's password.
    pub password: Password,
}

/// Changes the password of the caller, and ends all other sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangePassword {
    /// The current password.
    pub current: Password,
    /// The new password.
    pub new: Password,
}

/// Sets a password with a recovery link.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResetPassword {
    /// The token of the recovery link.
    pub token: LinkToken,
    /// The new password.
    pub new: Password,
}
