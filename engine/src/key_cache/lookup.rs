use std::sync::Arc;

use latchkey_model::id::AccessKeyId;
use latchkey_store::{StorageError, access_keys};

use super::{KeyCache, cached_key::CachedKey, entries::Lookup};

/// How many keys are read at once when the cache is filled.
const BATCH: i64 = 5_000;

impl KeyCache {
    /// Reads all keys that are not deleted, if that has not been done. A key whose row cannot be read stays invalid, so that only
    /// calls with it fail.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer; the next call starts again.
    pub async fn fill(&self) -> Result<(), StorageError> {
        if self.entries.is_complete() {
            return Ok(());
        }
        let epoch = self.entries.epoch();
        let mut last_id = String::new();
        loop {
            let mut reader = self.store.primary_reader().await?;
            let keys = access_keys::list_after(&mut reader, &last_id, BATCH).await?;
            drop(reader);
            let Some((id, _)) = keys.last() else { break };
            id.as_str().clone_into(&mut last_id);
            for (id, row) in keys {
                match row {
                    Some(row) => drop(self.entries.insert_read(epoch, self.cached(row))),
                    None => self.entries.invalidate(&id),
                }
            }
        }
        self.entries.complete(epoch);
        Ok(())
    }

    /// Returns a key as it is at this time.
    ///
    /// # Errors
    /// [`StorageError`] if that cannot be known.
    pub(crate) async fn cached_key(&self, id: &AccessKeyId) -> Result<Option<Arc<CachedKey>>, StorageError> {
        let key = match self.entries.find(id) {
            Lookup::Valid(key) => Some(key),
            Lookup::Missing => None,
            Lookup::Unread(epoch) => {
                self.cluster.require_current()?;
                let key = Box::pin(self.read(id)).await?;
                key.map(|key| self.entries.insert_read(epoch, key))
            }
            Lookup::Invalid(invalidation) => {
                self.cluster.require_current()?;
                let key = Box::pin(self.read(id)).await?;
                self.entries.refresh(id, invalidation, key)
            }
        };
        // Last as well: if this node is current now, what it looked up before was current, however long the lookup took.
        self.cluster.require_current()?;
        Ok(key)
    }

    /// Returns the client of a token, unless the token is revoked.
    ///
    /// # Errors
    /// [`StorageError`] if that cannot be known.
    pub(crate) async fn client_of_token(
        &self,
        client: &AccessKeyId,
        token_id: &str,
    ) -> Result<Option<Arc<CachedKey>>, StorageError> {
        if self.revoked_tokens.contains(token_id) {
            return Ok(None);
        }
        self.cached_key(client).await
    }

    async fn read(&self, id: &AccessKeyId) -> Result<Option<Arc<CachedKey>>, StorageError> {
        let row = access_keys::by_id(&mut *self.store.primary_reader().await?, id).await?;
        Ok(row.map(|row| self.cached(row)))
    }
}
