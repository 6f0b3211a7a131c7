//! Who asks. An operation that only administrators may do takes an [`Administrator`], so that it cannot be
//! reached without the check.

use std::{net::IpAddr, ops::Deref};

use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::Role,
};
use thiserror::Error;

use crate::sessions::SessionDigest;

/// A member who is signed in, and where the request came from.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is.
    pub member_id: MemberId,
    /// The one organization whose things the caller may see.
    pub organization_id: OrganizationId,
    /// What the member signed in with.
    pub email: Email,
    /// What the member may do.
    pub role: Role,
    /// Where the request came from.
    pub address: IpAddr,
    pub(crate) session: SessionDigest,
}

/// The member's role does not allow it, or does not any more when the change is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("only administrators can do this")]
pub struct NotAllowed;

/// A caller whose role has been checked.
#[derive(Debug, Clone, Copy)]
pub struct Administrator<'a>(&'a Caller);

impl Caller {
    /// This caller as an administrator.
    ///
    /// # Errors
    /// [`NotAllowed`] if the member has another role.
    pub fn administrator(&self) -> Result<Administrator<'_>, NotAllowed> {
        match self.role {
            Role::Administrator => Ok(Administrator(self)),
            Role::Member => Err(NotAllowed),
        }
    }
}

impl<'a> Administrator<'a> {
    pub(crate) fn caller(self) -> &'a Caller {
        self.0
    }
}

impl Deref for Administrator<'_> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        self.0
    }
}
