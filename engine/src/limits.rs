//! Limits on what one organization, member or client may store.

use std::fmt;

use thiserror::Error;

/// The limits, which the operator may set. The defaults are far above what people need: they stop a script that runs away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Access keys of an organization, deleted ones included for as long as they can be restored.
    pub keys: u32,
    /// Scopes that an organization has defined.
    pub scopes: u32,
    /// Members of an organization.
    pub members: u32,
    /// Pending invitations of an organization.
    pub links: u32,
    /// Sessions of a member. Beyond it, the oldest ends.
    pub sessions: u32,
    /// Browsers, and networks, that a member is known to sign in from. Beyond it, the one used least recently is removed.
    pub devices: u32,
    /// Access tokens that a client may revoke in a minute.
    pub revocations: u32,
    /// Access tokens of all clients that were revoked and have not expired. A node keeps them in memory.
    pub revoked_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            keys: 1_000_000,
            scopes: 1_000,
            members: 10_000,
            links: 1_000,
            sessions: 100,
            devices: 100,
            revocations: 600,
            revoked_tokens: 1_000_000,
        }
    }
}

/// A thing whose number is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limited {
    /// Access keys.
    Keys,
    /// Scopes.
    Scopes,
    /// Members.
    Members,
    /// Invitations.
    Links,
}

impl fmt::Display for Limited {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Keys => "keys",
            Self::Scopes => "scopes",
            Self::Members => "members",
            Self::Links => "pending invitations",
        })
    }
}

/// The organization has as many of a thing as it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the organization has {most} {what}, and may not have more")]
pub struct LimitReached {
    /// The thing.
    pub what: Limited,
    /// How many it may have.
    pub most: u32,
}

impl Limited {
    /// Checks whether one more may be added to `count`.
    ///
    /// # Errors
    /// [`LimitReached`] if not.
    pub(crate) fn check_one_more(self, count: i64, most: u32) -> Result<(), LimitReached> {
        if count < i64::from(most) { Ok(()) } else { Err(LimitReached { what: self, most }) }
    }
}
