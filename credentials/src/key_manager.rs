//! Who may see and manage access keys: people by their session, and credentials by their scope.

use std::net::IpAddr;

use latchkey_model::{
    id::OrganizationId,
    scope::{BuiltInScope, ScopeName},
};
use thiserror::Error;

use crate::{Administrator, Caller, machines::Verified, scopes::ScopeRefused};

/// What a manager of access keys may grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grants {
    /// Every scope: a person has signed in.
    AllScopes,
    /// What the organization has defined. A credential that could grant built-in scopes could make others like it.
    OwnScopes,
}

/// Whoever manages the access keys of an organization: an administrator, or a credential that carries
/// `access-keys:manage`.
#[derive(Debug, Clone, Copy)]
pub struct KeyManager<'a> {
    pub(crate) organization_id: &'a OrganizationId,
    /// Who it is in the history.
    pub(crate) name: &'a str,
    pub(crate) address: IpAddr,
    grants: Grants,
}

impl KeyManager<'_> {
    /// Whether this manager may let a key carry scopes.
    ///
    /// # Errors
    /// [`ScopeRefused::NotGranted`] if one of them is built in, and a credential asks.
    pub(crate) fn may_grant<'s>(&self, scopes: impl IntoIterator<Item = &'s ScopeName>) -> Result<(), ScopeRefused> {
        let built_in = scopes.into_iter().find(|name| name.built_in().is_some());
        match (self.grants, built_in) {
            (Grants::OwnScopes, Some(name)) => Err(ScopeRefused::NotGranted(name.clone())),
            _ => Ok(()),
        }
    }
}

/// The credential does not carry `access-keys:manage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the scope access-keys:manage is missing")]
pub struct MissingScope;

impl<'a> From<&Administrator<'a>> for KeyManager<'a> {
    fn from(administrator: &Administrator<'a>) -> Self {
        let caller = administrator.caller();
        Self {
            organization_id: &caller.organization_id,
            name: caller.email.as_str(),
            address: caller.address,
            grants: Grants::AllScopes,
        }
    }
}

impl Verified {
    /// This credential as a manager of its organization's access keys.
    ///
    /// # Errors
    /// [`MissingScope`] if it is none.
    pub fn key_manager(&self, address: IpAddr) -> Result<KeyManager<'_>, MissingScope> {
        if !self.scopes.contains(BuiltInScope::ManageAccessKeys.as_str()) {
            return Err(MissingScope);
        }
        Ok(KeyManager {
            organization_id: &self.organization,
            name: self.id.as_str(),
            address,
            grants: Grants::OwnScopes,
        })
    }
}

/// Whoever sees the access keys of an organization: every member, and whoever manages them.
#[derive(Debug, Clone, Copy)]
pub struct KeyViewer<'a> {
    pub(crate) organization_id: &'a OrganizationId,
}

impl<'a> From<&'a Caller> for KeyViewer<'a> {
    fn from(caller: &'a Caller) -> Self {
        Self { organization_id: &caller.organization_id }
    }
}

impl<'a> From<KeyManager<'a>> for KeyViewer<'a> {
    fn from(manager: KeyManager<'a>) -> Self {
        Self { organization_id: manager.organization_id }
    }
}
