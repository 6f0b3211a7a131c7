//! Who may see and manage access keys: people by their session, and credentials by their scope.

use std::net::IpAddr;

use latchkey_model::{
    access_key::{Action, KeyStatus},
    id::{AccessKeyId, OrganizationId},
    scope::{BuiltInScope, ScopeName, Scopes},
    timestamp::Timestamp,
};
use latchkey_store::{
    StorageError,
    access_keys::{self, AccessKeyRow},
    audit_records::NewAuditRecord,
    organizations,
};
use sqlx::AnyConnection;
use thiserror::Error;

use super::scopes::ScopeRefused;
use crate::people::{self, Administrator, Caller, NotAllowed};

/// What gives a manager the right to act.
#[derive(Debug, Clone, Copy)]
enum Right<'a> {
    /// An administrator's session. Grants every scope.
    Administrator(Administrator<'a>),
    /// A credential. It grants only scopes that the organization has defined: one that could grant built-in scopes could create
    /// others like itself.
    Credential { id: &'a AccessKeyId, generation: i64 },
}

/// The manager of an organization's access keys: an administrator, or a credential with the scope `access-keys:manage`.
#[derive(Debug, Clone, Copy)]
pub struct KeyManager<'a> {
    pub(super) organization_id: &'a OrganizationId,
    /// The name in the history.
    pub(super) name: &'a str,
    address: IpAddr,
    right: Right<'a>,
}

impl<'a> KeyManager<'a> {
    /// Returns a credential as a manager.
    ///
    /// # Errors
    /// [`MissingScope`] if it does not have the scope.
    pub(crate) fn from_credential(
        organization_id: &'a OrganizationId,
        id: &'a AccessKeyId,
        generation: i64,
        scopes: &Scopes,
        address: IpAddr,
    ) -> Result<Self, MissingScope> {
        if !has_scope(scopes) {
            return Err(MissingScope);
        }
        Ok(Self { organization_id, name: id.as_str(), address, right: Right::Credential { id, generation } })
    }

    /// Checks whether this manager may give scopes to a key.
    ///
    /// # Errors
    /// [`ScopeRefused::NotGranted`] if one of them is built in and the manager is a credential.
    pub(super) fn may_grant<'s>(&self, scopes: impl IntoIterator<Item = &'s ScopeName>) -> Result<(), ScopeRefused> {
        let built_in = scopes.into_iter().find(|name| name.built_in().is_some());
        match (self.right, built_in) {
            (Right::Credential { .. }, Some(name)) => Err(ScopeRefused::NotGranted(name.clone())),
            _ => Ok(()),
        }
    }

    /// Locks the organization, so that changes to it happen one after another, and checks that the manager still has the right to
    /// make them: it may have been taken away while the request waited.
    ///
    /// # Errors
    /// [`NotAllowed`] or [`StorageError`].
    pub(super) async fn check_and_lock<E>(&self, connection: &mut AnyConnection, now: Timestamp) -> Result<(), E>
    where
        E: From<NotAllowed> + From<StorageError>,
    {
        match self.right {
            Right::Administrator(administrator) => people::check_and_lock(connection, &administrator).await,
            Right::Credential { id, generation } => {
                organizations::lock(connection, self.organization_id).await?;
                let key = access_keys::find(connection, self.organization_id, id).await?;
                let may_manage = |key: AccessKeyRow| {
                    key.status(now) == KeyStatus::Active && key.generation == generation && has_scope(&key.scopes)
                };
                if key.is_some_and(may_manage) { Ok(()) } else { Err(NotAllowed.into()) }
            }
        }
    }

    /// Returns the audit record of what this manager does to a key.
    pub(super) fn audit_record(&self, subject: &'a str, action: Action, at: Timestamp) -> NewAuditRecord<'a> {
        NewAuditRecord {
            organization: self.organization_id,
            subject,
            revision: 0,
            action,
            at,
            by: self.name,
            from: self.address.to_string(),
            detail: None,
        }
    }
}

fn has_scope(scopes: &Scopes) -> bool {
    scopes.contains(BuiltInScope::ManageAccessKeys.as_str())
}

/// The credential does not have the scope `access-keys:manage`.
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
            right: Right::Administrator(*administrator),
        }
    }
}

/// A manager whose change goes on even if the request ends.
pub(super) enum OwnedKeyManager {
    Administrator(Caller),
    Credential { organization_id: OrganizationId, id: AccessKeyId, generation: i64, address: IpAddr },
}

impl From<KeyManager<'_>> for OwnedKeyManager {
    fn from(manager: KeyManager<'_>) -> Self {
        match manager.right {
            Right::Administrator(administrator) => Self::Administrator(administrator.caller().clone()),
            Right::Credential { id, generation } => Self::Credential {
                organization_id: manager.organization_id.clone(),
                id: id.clone(),
                generation,
                address: manager.address,
            },
        }
    }
}

impl OwnedKeyManager {
    /// Returns the manager as the functions take it.
    ///
    /// # Errors
    /// [`NotAllowed`] for a caller who is not an administrator, which never becomes a manager.
    pub(super) fn borrowed(&self) -> Result<KeyManager<'_>, NotAllowed> {
        match self {
            Self::Administrator(caller) => caller.administrator().map(|administrator| (&administrator).into()),
            Self::Credential { organization_id, id, generation, address } => Ok(KeyManager {
                organization_id,
                name: id.as_str(),
                address: *address,
                right: Right::Credential { id, generation: *generation },
            }),
        }
    }
}

/// A viewer of an organization's access keys: every member, and every key manager.
#[derive(Debug, Clone, Copy)]
pub struct KeyViewer<'a> {
    pub(super) organization_id: &'a OrganizationId,
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
