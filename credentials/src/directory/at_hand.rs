use std::sync::{Arc, atomic::Ordering};

use latchkey_model::id::AccessKeyId;
use sqlx::{Any, Transaction};

use super::Found;
use crate::{Engine, StorageError, access_keys::KeyRecord, storage::access_keys};

/// How many keys are read at once when the directory is filled.
const READ_AT_ONCE: i64 = 5_000;

impl Engine {
    /// Reads all keys that are not deleted, if that has not been done. One whose row cannot be read stays in doubt: it
    /// alone is without a verdict.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer; the next time begins anew.
    pub async fn fill_directory(&self) -> Result<(), StorageError> {
        let Some(directory) = self.directory().filter(|directory| !directory.is_complete.load(Ordering::Relaxed))
        else {
            return Ok(());
        };
        let mut latest = String::new();
        loop {
            let keys = access_keys::living_after(&mut *self.reader().await?, &latest, READ_AT_ONCE).await?;
            let Some((id, _)) = keys.last() else { break };
            id.as_str().clone_into(&mut latest);
            for (id, key) in keys {
                match key {
                    Some(key) => directory.keep(Arc::new(key)),
                    None => directory.doubt(&id),
                }
            }
        }
        directory.is_complete.store(true, Ordering::Release);
        Ok(())
    }

    /// A key as each call must see it: as it is at this moment.
    pub(crate) async fn key_at_hand(&self, id: &AccessKeyId) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        let Some(directory) = self.directory() else {
            return Box::pin(self.key_in_database(id)).await;
        };
        match directory.find(id) {
            Found::Known(key) => Ok(Some(key)),
            Found::Nowhere => Ok(None),
            Found::Unread => {
                let key = Box::pin(self.key_in_database(id)).await?;
                key.iter().cloned().for_each(|key| directory.keep(key));
                Ok(key)
            }
            Found::Doubtful(doubt) => {
                let key = Box::pin(self.key_in_database(id)).await?;
                directory.settle(id, doubt, key.clone());
                Ok(key)
            }
        }
    }

    /// The client of a token, unless the token was revoked.
    pub(crate) async fn client_of_token(
        &self,
        client: &AccessKeyId,
        token_id: &str,
    ) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        match self.directory() {
            Some(directory) if directory.is_revoked(token_id) => Ok(None),
            Some(_) => self.key_at_hand(client).await,
            None => Box::pin(self.client_of_token_in_database(client, token_id)).await,
        }
    }

    async fn client_of_token_in_database(
        &self,
        client: &AccessKeyId,
        token_id: &str,
    ) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        let mut reader = self.reader().await?;
        Ok(access_keys::by_unrevoked_token(&mut reader, client, token_id).await?.map(Arc::new))
    }

    async fn key_in_database(&self, id: &AccessKeyId) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        Ok(access_keys::by_id(&mut *self.reader().await?, id).await?.map(Arc::new))
    }

    /// Commits a change of some keys, which every call sees from then on. It runs to its end even if nobody waits for it
    /// any more: what the database has taken must not be missing in memory.
    pub(crate) async fn commit_for_calls(
        &self,
        change: Transaction<'static, Any>,
        keys: &[Arc<KeyRecord>],
    ) -> Result<(), StorageError> {
        let (engine, keys) = (self.clone(), keys.to_vec());
        let committing = tokio::spawn(async move {
            let committed = change.commit().await;
            if let Some(directory) = engine.directory() {
                for key in keys {
                    match committed {
                        Ok(()) => directory.note(key),
                        // It may have been taken all the same.
                        Err(_) => directory.doubt(&key.id),
                    }
                }
            }
            committed
        });
        Ok(committing.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
    }

    /// Has each call see what a transaction has changed of a key beside its revision.
    pub(crate) fn doubt_key(&self, id: &AccessKeyId) {
        if let Some(directory) = self.directory() {
            directory.doubt(id);
        }
    }
}
