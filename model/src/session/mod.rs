//! The signed-in member.

mod requests;

pub use requests::{ChangePassword, NoArguments, ResetPassword, SetUp, SignIn};
use serde::{Deserialize, Serialize};

use crate::{id::MemberId, member::Role};

/// The signed-in member, as the console needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The member's ID.
    pub member_id: MemberId,
    /// The e-mail address with which the member signed in.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// The organization's name.
    pub organization: String,
    /// The public URL of Latchkey, if the operator has set it (without a slash at the end).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// For an administrator: the address of a proxy that adds `X-Forwarded-For` or `Forwarded` and that Latchkey was not
    /// configured to trust. Until it is trusted, all clients behind it seem to have its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untrusted_proxy: Option<String>,
    /// The issuer of access tokens, which is the audience of client assertions (RFC 7523 §3).
    pub issuer: String,
}

impl Session {
    /// Returns whether the member may make changes.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }
}

/// The reply of a call that returns nothing but success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}
