//! Who may see and manage access keys: people by their session, and credentials by their scope.

use std::net::IpAddr;

use latchkey_model::{
    access_key::KeyStatus,
    id::{AccessKeyId, OrganizationId},
    scope::{BuiltInScope, ScopeName, Scopes},
    timestamp::Timestamp,
};
use sqlx::AnyConnection;
use thiserror::Error;

use crate::{
    Administrator, Caller, NotAllowed, StorageError,
    access_keys::KeyRecord,
    machines::Verified,
    members::lock_as_administrator,
    scopes::ScopeRefused,
    storage::{access_keys, organizations},
};

/// By what right a manager acts.
#[derive(Debug, Clone, Copy)]
enum Right<'a> {
    /// An administrator's, who has signed in and grants every scope.
    Administrator(Administrator<'a>),
    /// A credential's, which grants what the organization has defined: one that could grant built-in scopes could make
    /// others like it.
    Credential { id: &'a AccessKeyId, generation: i64 },
}

/// Whoever manages the access keys of an organization: an administrator, or a credential that carries
/// `access-keys:manage`.
#[derive(Debug, Clone, Copy)]
pub struct KeyManager<'a> {
    pub(crate) organization_id: &'a OrganizationId,
    /// Who it is in the history.
    pub(crate) name: &'a str,
    pub(crate) address: IpAddr,
    right: Right<'a>,
}

impl KeyManager<'_> {
    /// Whether this manager may let a key carry scopes.
    ///
    /// # Errors
    /// [`ScopeRefused::NotGranted`] if one of them is built in, and a credential asks.
    pub(crate) fn may_grant<'s>(&self, scopes: impl IntoIterator<Item = &'s ScopeName>) -> Result<(), ScopeRefused> {
        let built_in = scopes.into_iter().find(|name| name.built_in().is_some());
        match (self.right, built_in) {
            (Right::Credential { .. }, Some(name)) => Err(ScopeRefused::NotGranted(name.clone())),
            _ => Ok(()),
        }
    }

    /// Lets changes to an organization come one by one, and makes sure that the manager still has the right to make
    /// them: a request may have waited while it was taken away.
    pub(crate) async fn lock(
        &self,
        connection: &mut AnyConnection,
        now: Timestamp,
    ) -> Result<Result<(), NotAllowed>, StorageError> {
        match self.right {
            Right::Administrator(administrator) => lock_as_administrator(connection, &administrator).await,
            Right::Credential { id, generation } => {
                organizations::lock(connection, self.organization_id).await?;
                let key = access_keys::find(connection, self.organization_id, id).await?;
                let still_manages = |key: KeyRecord| {
                    key.status(now) == KeyStatus::Active && key.generation == generation && manages_keys(&key.scopes)
                };
                Ok(if key.is_some_and(still_manages) { Ok(()) } else { Err(NotAllowed) })
            }
        }
    }
}

fn manages_keys(scopes: &Scopes) -> bool {
    scopes.contains(BuiltInScope::ManageAccessKeys.as_str())
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
            right: Right::Administrator(*administrator),
        }
    }
}

impl Verified {
    /// This credential as a manager of its organization's access keys.
    ///
    /// # Errors
    /// [`MissingScope`] if it is none.
    pub fn key_manager(&self, address: IpAddr) -> Result<KeyManager<'_>, MissingScope> {
        if !manages_keys(self.scopes()) {
            return Err(MissingScope);
        }
        Ok(KeyManager {
            organization_id: self.organization(),
            name: self.id().as_str(),
            address,
            right: Right::Credential { id: self.id(), generation: self.generation() },
        })
    }
}

/// A manager whose change goes on though the request ends.
pub(crate) enum OwnedKeyManager {
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
    /// The manager as the functions take it.
    ///
    /// # Errors
    /// [`NotAllowed`] for a caller who is no administrator; none becomes a manager.
    pub(crate) fn borrowed(&self) -> Result<KeyManager<'_>, NotAllowed> {
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
