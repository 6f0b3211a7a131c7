use std::sync::Arc;

use jsonwebtoken::decode_header;
use latchkey_model::timestamp::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    algorithm::SigningAlgorithm,
    error::SignError,
    key_pair::{ACCESS_TOKEN_TYPE, SigningKey},
};
use crate::concurrency::CpuPool;

/// Why a text is no access token of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// It names a key that is not here; another node may have made it.
    UnknownKey,
    /// For any other reason.
    Refused,
}

/// All keys that tokens may be signed with, the newest first. Never empty.
pub(crate) struct KeyRing {
    pub(super) newest: Arc<SigningKey>,
    pub(super) earlier: Vec<Arc<SigningKey>>,
}

impl KeyRing {
    /// One new key, which signs at once and lies in no database.
    #[cfg(feature = "bench")]
    pub(crate) fn with_new_key(
        algorithm: SigningAlgorithm,
        sealing: &crate::crypto::sealing::SealingKey,
    ) -> Option<Self> {
        let sealing = crate::crypto::sealing::SealingKeys::from(sealing.clone());
        let row = super::key_pair::make(algorithm, &sealing, Timestamp(0), Timestamp(0))?;
        Some(Self { newest: Arc::new(SigningKey::open(&row, &sealing).ok()?), earlier: Vec::new() })
    }

    fn keys(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        std::iter::once(&self.newest).chain(&self.earlier)
    }

    /// The key that signs now: the newest that everybody has had the time to fetch.
    fn current(&self, now: Timestamp) -> &Arc<SigningKey> {
        self.keys().find(|key| key.signs_from <= now).or(self.earlier.last()).unwrap_or(&self.newest)
    }

    /// Signs the claims of an access token. RSA takes a millisecond, so it is computed where it holds nobody up.
    ///
    /// # Errors
    /// [`SignError`].
    pub(crate) async fn sign<T>(&self, claims: T, now: Timestamp, rsa: &CpuPool) -> Result<String, SignError>
    where
        T: Serialize + Send + 'static,
    {
        let key = self.current(now);
        match key.algorithm {
            SigningAlgorithm::Es256 | SigningAlgorithm::EdDsa => Ok(key.sign(&claims)?),
            SigningAlgorithm::Rs256 => {
                let key = key.clone();
                Ok(rsa.run(move || key.sign(&claims)).await??)
            }
        }
    }

    /// Whether a key is one of these.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.keys().any(|key| key.id == id)
    }

    /// The claims of an access token, and the ID of the key, if one of our keys signed it for this issuer. Time and
    /// audience are for the caller to judge. No key but ours counts, whatever the token's header offers, and no
    /// extension is understood (RFC 7515 §4.1.11).
    ///
    /// # Errors
    /// [`Unverified`].
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Result<(String, T), Unverified> {
        let header = decode_header(token).map_err(|_| Unverified::Refused)?;
        if header.typ.as_deref() != Some(ACCESS_TOKEN_TYPE) || header.crit.is_some() {
            return Err(Unverified::Refused);
        }
        let id = header.kid.ok_or(Unverified::Refused)?;
        let key = self.keys().find(|key| key.id == id).ok_or(Unverified::UnknownKey)?;
        key.verify(token, issuer).map(|claims| (id, claims)).ok_or(Unverified::Refused)
    }

    /// The public halves (RFC 7517 §5), those that will sign soon among them.
    pub(crate) fn public_set(&self) -> Value {
        json!({ "keys": self.keys().map(|key| &key.public).collect::<Vec<_>>() })
    }

    /// A token of any header and any claims, with the right signature of one of the keys.
    #[cfg(test)]
    pub(crate) fn sign_as_it_is(&self, key_id: &str, header: &Value, claims: &Value) -> String {
        self.keys().find(|key| key.id == key_id).unwrap().sign_as_it_is(header, claims)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Mutex,
        thread::{ThreadId, current},
    };

    use serde::Serializer;

    use super::*;
    use crate::{concurrency::OVERLOADED, signing::key_pair::make};

    /// Claims that record on which thread they are signed.
    struct Claims(Arc<Mutex<Option<ThreadId>>>);

    impl Serialize for Claims {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            *self.0.lock().unwrap() = Some(current().id());
            json!({}).serialize(serializer)
        }
    }

    fn ring(algorithm: SigningAlgorithm) -> KeyRing {
        let sealing = crate::SealingKey::from_bytes([7; 32]).into();
        let row = make(algorithm, &sealing, Timestamp(0), Timestamp(0)).unwrap();
        KeyRing { newest: Arc::new(SigningKey::open(&row, &sealing).unwrap()), earlier: Vec::new() }
    }

    #[tokio::test]
    async fn only_rsa_is_computed_on_other_threads_and_bounded() {
        for (algorithm, is_rsa) in
            [(SigningAlgorithm::Es256, false), (SigningAlgorithm::EdDsa, false), (SigningAlgorithm::Rs256, true)]
        {
            let (ring, rsa, thread) = (ring(algorithm), CpuPool::default(), Arc::default());
            let sign = || ring.sign(Claims(Arc::clone(&thread)), Timestamp(0), &rsa);
            sign().await.unwrap();
            let signed_on = thread.lock().unwrap().take();
            assert_eq!(signed_on != Some(current().id()), is_rsa, "{algorithm:?}");
            assert_eq!(rsa.runs(), u64::from(is_rsa), "{algorithm:?}");
            let _all_permits = rsa.fill();
            assert_eq!(sign().await.err(), is_rsa.then_some(SignError::Overloaded(OVERLOADED)), "{algorithm:?}");
        }
    }
}
