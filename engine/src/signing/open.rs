use std::sync::{Arc, RwLock};

use latchkey_model::timestamp::Timestamp;
use latchkey_store::{LockedTable, StorageError, Store, signing_keys};
use tokio::sync::Mutex;

use super::{
    SigningKeys,
    error::SigningKeysError,
    key_ring::KeyRing,
    policy::{SigningKeysAtOpening, SigningPolicy},
    reseal::{reseal, warn_of_unused},
    stored_ring::RingSource,
};
use crate::{cluster::Cluster, concurrency::CpuPool, crypto::sealing::SealingKeys, time::Clock};

/// What the signing keys are opened with.
pub(crate) struct OpenSigningKeys {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) sealing: SealingKeys,
    pub(crate) policy: SigningPolicy,
    pub(crate) stored: SigningKeysAtOpening,
}

impl OpenSigningKeys {
    /// Opens the stored keys, and creates the first if there is none.
    pub(crate) async fn open(self) -> Result<SigningKeys, SigningKeysError> {
        let source = RingSource::new(self.sealing, self.policy);
        let ring = match up_to_date(&self.store, &source, self.stored, self.clock.now()).await {
            // The stored keys serve until the database is writable again.
            Err(error) if error.is_read_only() && self.stored == SigningKeysAtOpening::Kept => {
                let rows = signing_keys::list(&mut *self.store.reader().await?).await?;
                if rows.is_empty() { Err(error) } else { source.open(rows) }
            }
            ring => ring,
        }?;
        Ok(SigningKeys {
            store: self.store,
            clock: self.clock,
            cluster: self.cluster,
            source,
            ring: RwLock::new(Arc::new(ring)),
            caught_up_at: Mutex::default(),
            rsa: CpuPool::default(),
        })
    }
}

async fn up_to_date(
    store: &Store,
    source: &RingSource,
    stored: SigningKeysAtOpening,
    now: Timestamp,
) -> Result<KeyRing, SigningKeysError> {
    let mut change = store.begin_locking(LockedTable::SigningKeys).await?;
    let resealed = match stored {
        SigningKeysAtOpening::Kept => reseal(&mut change, &source.sealing).await?,
        SigningKeysAtOpening::Removed => {
            signing_keys::delete_all(&mut change).await?;
            0
        }
    };
    let ring = source.bring_up_to_date(&mut change, now).await?;
    change.commit().await.map_err(StorageError::from)?;
    warn_of_unused(&source.sealing, resealed);
    Ok(ring)
}
