//! The caller of an operation. An operation for administrators takes an [`Administrator`], so that it cannot be called without the
//! check.

use std::{net::IpAddr, ops::Deref};

use latchkey_model::{
    access_key::Action,
    email::Email,
    id::{MemberId, OrganizationId},
    member::Role,
    timestamp::Timestamp,
};
use latchkey_store::{TokenDigest, audit_records::NewAuditRecord};
use thiserror::Error;

/// A signed-in member, and the address of the request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The member.
    pub member_id: MemberId,
    /// The only organization that the caller may see.
    pub organization_id: OrganizationId,
    /// The address that the member signs in with.
    pub email: Email,
    /// What the member may do.
    pub role: Role,
    /// Where the request came from.
    pub address: IpAddr,
    pub(super) session: TokenDigest,
}

/// The role of the member does not allow the call, or no longer did when the change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("only administrators can do this")]
pub struct NotAllowed;

/// A caller whose role has been checked.
#[derive(Debug, Clone, Copy)]
pub struct Administrator<'a>(&'a Caller);

impl Caller {
    /// Returns the caller as an administrator.
    ///
    /// # Errors
    /// [`NotAllowed`] if the member has another role.
    pub fn administrator(&self) -> Result<Administrator<'_>, NotAllowed> {
        match self.role {
            Role::Administrator => Ok(Administrator(self)),
            Role::Member => Err(NotAllowed),
        }
    }

    /// Returns the audit record of what this caller does in the organization.
    pub(crate) fn audit_record<'a>(&'a self, subject: &'a str, action: Action, at: Timestamp) -> NewAuditRecord<'a> {
        NewAuditRecord {
            organization: &self.organization_id,
            subject,
            revision: 0,
            action,
            at,
            by: self.email.as_str(),
            from: self.address.to_string(),
            detail: None,
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
