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

/// Why a text is not an access token of Latchkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unverified {
    /// It names an unknown key, which another node may have created.
    UnknownKey,
    /// Any other reason.
    Refused,
}

/// All keys that may have signed a valid token, the newest first. Never empty.
pub(crate) struct KeyRing {
    pub(super) newest: Arc<SigningKey>,
    pub(super) earlier: Vec<Arc<SigningKey>>,
}

impl KeyRing {
    /// Creates one key, which signs at once and is not in a database.
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

    /// Returns the key that signs now: the newest that every service has had the time to fetch.
    fn current(&self, now: Timestamp) -> &Arc<SigningKey> {
        self.keys().find(|key| key.signs_from <= now).or(self.earlier.last()).unwrap_or(&self.newest)
    }

    /// Signs the claims of an access token. RSA takes a millisecond, so it runs where it does not delay other requests.
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

    /// Returns whether it contains a key.
    pub(crate) fn contains(&self, id: &str) -> bool {
        self.keys().any(|key| key.id == id)
    }

    /// Returns the claims of an access token, and the ID of the key, if one of these keys signed it for this issuer. The caller
    /// checks time and audience. Only these keys are used, whatever the token's header contains, and no extension is supported (RFC
    /// 7515 §4.1.11).
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

    /// Returns the public keys (RFC 7517 §5), including those that will sign soon.
    pub(crate) fn public_set(&self) -> Value {
        json!({ "keys": self.keys().map(|key| &key.public).collect::<Vec<_>>() })
    }

    /// Signs a token with any header and claims, with one of the keys.
    #[cfg(test)]
    pub(crate) fn sign_unchecked(&self, key_id: &str, header: &Value, claims: &Value) -> String {
        self.keys().find(|key| key.id == key_id).unwrap().sign_unchecked(header, claims)
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
    async fn only_rsa_signatures_run_on_the_limited_thread_pool() {
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
