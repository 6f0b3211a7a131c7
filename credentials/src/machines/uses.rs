use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use latchkey_model::{access_key::Use, id::AccessKeyId};

use super::verify::VerifyError;
use crate::{Engine, StorageError, access_keys::KeyRecord, storage::access_keys};

/// The latest use of each key that is not yet in the database.
#[derive(Default)]
pub(crate) struct UseRecorder(Mutex<HashMap<AccessKeyId, Use>>);

impl UseRecorder {
    fn latest(&self) -> MutexGuard<'_, HashMap<AccessKeyId, Use>> {
        // A panic elsewhere leaves at worst a use that is not noted.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Notes an accepted call: the first of a key at once, so that the console sees it; later ones with the next
    /// flush, so that a call costs no write. A first one that cannot be written at once is written with the flush as
    /// well: the call stands in any case.
    pub(super) async fn count_use(&self, key: &KeyRecord, address: IpAddr) {
        let this = Use { at: self.now(), from: address.to_string() };
        if key.first_used.is_none()
            && let Err(error) = self.write_first_use(key, &this).await
        {
            tracing::warn!(key = %key.id, error = &error as &dyn std::error::Error, "a first use was not written at once");
        }
        self.uses().latest().insert(key.id.clone(), this);
    }

    async fn write_first_use(&self, key: &KeyRecord, first: &Use) -> Result<(), VerifyError> {
        let (_place, mut change) = self.begin_for_machine().await?;
        access_keys::record_first_use(&mut change, &key.id, first).await?;
        change.commit().await.map_err(StorageError::from)?;
        self.doubt_key(&key.id);
        Ok(())
    }

    /// Writes the noted uses, all in one transaction. What could not be written stays noted.
    pub(crate) async fn flush_uses(&self) -> Result<(), StorageError> {
        let noted = self.uses().latest().clone();
        if noted.is_empty() {
            return Ok(());
        }
        let mut change = self.begin().await?;
        for (id, last) in &noted {
            access_keys::record_last_use(&mut change, id, last).await?;
        }
        change.commit().await?;
        self.uses().latest().retain(|id, last| noted.get(id) != Some(last));
        Ok(())
    }

    /// A key with its latest use, should that not be in the database yet.
    pub(crate) fn with_latest_use(&self, mut key: KeyRecord) -> KeyRecord {
        if let Some(last) = self.uses().latest().get(&key.id) {
            key.last_used = Some(last.clone());
        }
        key
    }
}
