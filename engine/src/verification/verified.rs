use std::{net::IpAddr, sync::Arc};

use latchkey_model::{
    access_key::Kind,
    id::{AccessKeyId, OrganizationId},
    scope::Scopes,
};

use super::claims::Claims;
use crate::{
    key_cache::CachedKey,
    keys::{KeyManager, MissingScope},
};

/// A credential that was accepted.
#[derive(Debug, Clone)]
pub struct Verified {
    pub(crate) key: Arc<CachedKey>,
    /// The access token that was presented, if it was one.
    pub(crate) token: Option<VerifiedToken>,
}

/// An access token that was accepted.
#[derive(Debug, Clone)]
pub(crate) struct VerifiedToken {
    pub(crate) claims: Arc<Claims>,
    /// The scopes of the token that the client still has.
    pub(crate) scopes: Scopes,
}

impl Verified {
    pub(crate) fn from_key(key: Arc<CachedKey>) -> Self {
        Self { key, token: None }
    }

    /// Returns the ID of the key.
    #[must_use]
    pub fn id(&self) -> &AccessKeyId {
        &self.key.id
    }

    /// Returns the kind of the key.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.key.kind()
    }

    /// Returns the name of the key.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.key.name
    }

    /// Returns the organization of the key.
    #[must_use]
    pub fn organization(&self) -> &OrganizationId {
        &self.key.organization_id
    }

    /// Returns what the credential may be used for.
    #[must_use]
    pub fn scopes(&self) -> &Scopes {
        self.token.as_ref().map_or(&self.key.scopes, |token| &token.scopes)
    }

    /// Returns this credential as a manager of its organization's access keys.
    ///
    /// # Errors
    /// [`MissingScope`] if it does not have the scope.
    pub fn key_manager(&self, address: IpAddr) -> Result<KeyManager<'_>, MissingScope> {
        KeyManager::from_credential(self.organization(), self.id(), self.key.generation, self.scopes(), address)
    }
}
