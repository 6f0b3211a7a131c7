//! What calls need to know about each key, in memory, so that a call reads no database.
//!
//! With SQLite, only this process changes keys. With PostgreSQL other nodes change them as well, and [`crate::cluster`] brings in
//! what they announce. All keys are read in the background once the server is up, so that it starts at once; until then, a key that
//! is not in memory is looked up when it is used.

mod authenticator;
mod cached_key;
mod changes;
mod commit;
mod entries;
mod entry;
mod lookup;
mod revoked_tokens;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use authenticator::Authenticator;
#[cfg(any(test, feature = "bench"))]
pub(crate) use authenticator::StoredSecret;
pub(crate) use cached_key::CachedKey;
use dashmap::DashMap;
use latchkey_model::id::{AccessKeyId, OrganizationId};
use latchkey_store::{StorageError, Store, access_keys::AccessKeyRow, revoked_tokens as stored_tokens};
pub(crate) use revoked_tokens::RevokedTokens;
use sqlx::AnyConnection;

use self::entries::CacheEntries;
use crate::cluster::Cluster;

/// The cached keys, and the revoked tokens.
pub struct KeyCache {
    store: Arc<Store>,
    cluster: Arc<Cluster>,
    entries: CacheEntries,
    revoked_tokens: RevokedTokens,
    /// One copy of each organization's ID, which its keys share.
    organizations: DashMap<OrganizationId, Arc<OrganizationId>>,
}

impl KeyCache {
    pub(crate) fn new(store: Arc<Store>, cluster: Arc<Cluster>) -> Self {
        Self {
            store,
            cluster,
            entries: CacheEntries::default(),
            revoked_tokens: RevokedTokens::default(),
            organizations: DashMap::new(),
        }
    }

    /// Returns the revoked tokens.
    pub(crate) fn revoked_tokens(&self) -> &RevokedTokens {
        &self.revoked_tokens
    }

    /// Reads the revoked tokens.
    pub(crate) async fn read_revoked_tokens(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        for (token_id, expires_at) in stored_tokens::all(connection).await? {
            self.revoked_tokens.insert(token_id, expires_at);
        }
        Ok(())
    }

    /// Invalidates a key, so that the next call asks the database.
    pub(crate) fn invalidate(&self, id: &AccessKeyId) {
        self.entries.invalidate(id);
    }

    /// Removes keys that no longer exist.
    pub(crate) fn remove(&self, ids: &[AccessKeyId]) {
        self.entries.remove(ids);
    }

    fn cached(&self, row: AccessKeyRow) -> Arc<CachedKey> {
        let id = &row.organization_id;
        let known = self.organizations.get(id).map(|known| known.clone());
        let organization = known
            .unwrap_or_else(|| self.organizations.entry(id.clone()).or_insert_with(|| Arc::new(id.clone())).clone());
        Arc::new(CachedKey::new(row, organization))
    }
}
