//! The keys that sign access tokens: created on first start, renewed by age, sealed at rest.

mod algorithm;
mod error;
mod key_pair;
mod key_ring;
mod no_key;
mod open;
mod policy;
mod renew;
mod reseal;
mod rotate;
mod signer;
mod stored_keys;
mod stored_ring;

use std::sync::{Arc, PoisonError, RwLock};

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub use error::{SignError, SigningFailed, SigningKeysError};
pub(crate) use key_ring::{KeyRing, Unverified};
use latchkey_model::timestamp::Timestamp;
use latchkey_store::Store;
pub(crate) use open::OpenSigningKeys;
pub use policy::{Rotation, SigningKeysAtOpening, SigningPolicy};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;

use self::stored_ring::RingSource;
use crate::{cluster::Cluster, concurrency::CpuPool, time::Clock};

/// The keys that sign access tokens, which are stored in the database, sealed.
pub struct SigningKeys {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    cluster: Arc<Cluster>,
    source: RingSource,
    ring: RwLock<Arc<KeyRing>>,
    /// Locked while the keys are read, so that the latest read wins. Holds when that last happened because of a token.
    caught_up_at: Mutex<Option<Timestamp>>,
    rsa: CpuPool,
}

impl SigningKeys {
    /// Returns the keys as they are now.
    pub(crate) fn key_ring(&self) -> Arc<KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_key_ring(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Signs the claims of an access token with the key that signs now.
    ///
    /// # Errors
    /// [`SignError`].
    pub(crate) async fn sign<T>(&self, claims: T) -> Result<String, SignError>
    where
        T: Serialize + Send + 'static,
    {
        self.key_ring().sign(claims, self.clock.now(), &self.rsa).await
    }

    /// Returns the public keys that access tokens are verified with, as a JWK Set (RFC 7517 §5).
    #[must_use]
    pub fn public_key_set(&self) -> Value {
        self.key_ring().public_set()
    }
}
