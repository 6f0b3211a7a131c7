//! Who is signed in.

use serde::{Deserialize, Serialize};

use crate::{id::MemberId, member::Role};

/// The signed-in member, as the console needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// Who it is.
    pub member_id: MemberId,
    /// What the member signed in with.
    pub email: String,
    /// What the member may do.
    pub role: Role,
    /// The organization's name.
    pub organization: String,
    /// Where Latchkey is reached, if the operator has said so (no slash at the end).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// For an administrator: the address of a proxy that adds `X-Forwarded-For` or `Forwarded` and that Latchkey was not
    /// set to trust. While it is not, everyone behind it seems to come from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untrusted_proxy: Option<String>,
    /// The issuer of access tokens, whom client assertions are for (RFC 7523 §3).
    pub issuer: String,
}

impl Session {
    /// Whether the member may change anything.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }
}

/// The reply of a call that has nothing to tell but that it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}
