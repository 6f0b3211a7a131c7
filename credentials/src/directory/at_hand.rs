use std::sync::{Arc, atomic::Ordering};

use latchkey_model::id::AccessKeyId;

use super::Found;
use crate::{
    Engine, StorageError,
    access_keys::KeyRecord,
    propagation::{ChangeNumber, Changed},
    storage::{Transaction, access_keys},
};

/// How many keys are read at once when the directory is filled.
const READ_AT_ONCE: i64 = 5_000;

impl Engine {
    /// Reads all keys that are not deleted, if that has not been done. One whose row cannot be read stays in doubt: it
    /// alone is without a verdict.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer; the next time begins anew.
    pub async fn fill_directory(&self) -> Result<(), StorageError> {
        let directory = self.directory();
        if directory.is_complete.load(Ordering::Relaxed) {
            return Ok(());
        }
        let reading = directory.reading();
        let mut latest = String::new();
        loop {
            let keys =
                access_keys::living_after(&mut *self.storage().primary_reader().await?, &latest, READ_AT_ONCE).await?;
            let Some((id, _)) = keys.last() else { break };
            id.as_str().clone_into(&mut latest);
            for (id, key) in keys {
                match key {
                    Some(key) => drop(directory.keep(reading, Arc::new(key))),
                    None => directory.doubt(&id),
                }
            }
        }
        directory.complete(reading);
        Ok(())
    }

    /// A key as each call must see it: as it is at this moment.
    ///
    /// # Errors
    /// [`StorageError`] if that cannot be known.
    pub(crate) async fn key_at_hand(&self, id: &AccessKeyId) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        let directory = self.directory();
        let key = match directory.find(id) {
            Found::Known(key) => Some(key),
            Found::Nowhere => None,
            Found::Unread(reading) => {
                self.must_be_current()?;
                let key = Box::pin(self.key_in_database(id)).await?;
                key.map(|key| directory.keep(reading, key))
            }
            Found::Doubtful(doubt) => {
                self.must_be_current()?;
                let key = Box::pin(self.key_in_database(id)).await?;
                directory.settle(id, doubt, key)
            }
        };
        // Last as well: what was current when it was looked up is current enough, however long that took.
        self.must_be_current()?;
        Ok(key)
    }

    /// The client of a token, unless the token was revoked.
    ///
    /// # Errors
    /// [`StorageError`] if that cannot be known.
    pub(crate) async fn client_of_token(
        &self,
        client: &AccessKeyId,
        token_id: &str,
    ) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        if self.directory().revoked_tokens().contain(token_id) {
            return Ok(None);
        }
        self.key_at_hand(client).await
    }

    async fn key_in_database(&self, id: &AccessKeyId) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        Ok(access_keys::by_id(&mut *self.storage().primary_reader().await?, id).await?.map(Arc::new))
    }

    /// Commits a change of some keys, which every call sees from then on; other nodes hear of it. It runs to its end even if
    /// nobody waits for it any more: what the database has taken must not be missing in memory.
    ///
    /// # Errors
    /// [`StorageError`]; the change may or may not have been made.
    pub(crate) async fn commit_for_calls(
        &self,
        mut change: Transaction,
        keys: &[Arc<KeyRecord>],
    ) -> Result<Option<ChangeNumber>, StorageError> {
        let (engine, keys) = (self.clone(), keys.to_vec());
        let committing = tokio::spawn(async move {
            let mut number = None;
            for key in &keys {
                number = engine.announce(&mut change, Changed::Key(&key.id)).await?;
            }
            let committed = change.commit().await;
            for key in keys {
                match committed {
                    Ok(()) => engine.directory().note(key),
                    // It may have been taken all the same.
                    Err(_) => engine.directory().doubt(&key.id),
                }
            }
            Ok(committed.map(|()| number)?)
        });
        committing.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}
