use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use latchkey_model::{
    access_key::{KeyStatus, Kind},
    id::{AccessKeyId, OrganizationId},
    scope::Scopes,
    timestamp::Timestamp,
    token_lifetime::TokenLifetime,
};
use latchkey_store::access_keys::{AccessKeyRow, KeyState};

use super::authenticator::Authenticator;

/// What a call needs to know about a key. Other columns of the key are read from the database when they are shown.
#[derive(Debug)]
pub(crate) struct CachedKey {
    pub(crate) id: AccessKeyId,
    /// Shared by all keys of the organization.
    pub(crate) organization_id: Arc<OrganizationId>,
    pub(crate) name: Box<str>,
    pub(crate) state: KeyState,
    pub(crate) scopes: Scopes,
    pub(crate) generation: i64,
    pub(crate) revision: i64,
    pub(crate) authenticator: Authenticator,
    pub(crate) token_lifetime: Option<TokenLifetime>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) activated_at: Option<Timestamp>,
    first_use_is_written: AtomicBool,
}

impl CachedKey {
    pub(super) fn new(row: AccessKeyRow, organization_id: Arc<OrganizationId>) -> Self {
        Self {
            id: row.id,
            organization_id,
            name: row.name.into(),
            state: row.state,
            scopes: row.scopes,
            generation: row.generation,
            revision: row.revision,
            authenticator: row.authenticator.into(),
            token_lifetime: row.token_lifetime,
            created_at: row.created_at,
            expires_at: row.expires_at,
            activated_at: row.activated_at,
            first_use_is_written: AtomicBool::new(row.first_used.is_some()),
        }
    }

    /// Returns the kind of the key.
    pub(crate) fn kind(&self) -> Kind {
        self.id.kind()
    }

    /// Returns the status of the key at a time.
    pub(crate) fn status(&self, now: Timestamp) -> KeyStatus {
        self.state.status(self.expires_at, now)
    }

    /// Returns whether the first use of the key is in the database.
    pub(crate) fn first_use_is_written(&self) -> bool {
        self.first_use_is_written.load(Ordering::Relaxed)
    }

    /// Records that the first use of the key is in the database.
    pub(crate) fn set_first_use_written(&self) {
        self.first_use_is_written.store(true, Ordering::Relaxed);
    }
}
