use std::sync::Arc;

use jsonwebtoken::decode_header;
use latchkey_model::timestamp::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

use super::{
    SigningAlgorithm, SigningFailed,
    key_pair::{ACCESS_TOKEN_TYPE, SigningKey},
};

/// All keys that tokens may be signed with, the newest first. Never empty.
pub(crate) struct KeyRing {
    pub(super) newest: Arc<SigningKey>,
    pub(super) earlier: Vec<Arc<SigningKey>>,
}

impl KeyRing {
    fn keys(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        std::iter::once(&self.newest).chain(&self.earlier)
    }

    /// The key that signs now: the newest that everybody has had the time to fetch.
    fn current(&self, now: Timestamp) -> &Arc<SigningKey> {
        self.keys().find(|key| key.signs_from <= now).or(self.earlier.last()).unwrap_or(&self.newest)
    }

    /// Signs the claims of an access token. RSA takes a millisecond, so it goes to a thread where it holds nobody up.
    pub(crate) async fn sign<T>(&self, claims: T, now: Timestamp) -> Result<String, SigningFailed>
    where
        T: Serialize + Send + 'static,
    {
        let key = self.current(now);
        match key.algorithm {
            SigningAlgorithm::Es256 | SigningAlgorithm::EdDsa => key.sign(&claims),
            SigningAlgorithm::Rs256 => {
                let key = key.clone();
                spawn_blocking(move || key.sign(&claims)).await.map_err(|_| SigningFailed)?
            }
        }
    }

    /// The claims of an access token, if one of our keys signed it for this issuer and audience. Time is for the
    /// caller to judge, by the engine's clock. No key but ours counts, whatever the token's header offers.
    pub(crate) fn verify<T: DeserializeOwned>(&self, token: &str, issuer: &str, audience: &str) -> Option<T> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(ACCESS_TOKEN_TYPE) {
            return None;
        }
        let id = header.kid?;
        self.keys().find(|key| key.id == id)?.verify(token, issuer, audience)
    }

    /// The public halves (RFC 7517 §5), those that will sign soon among them.
    pub(crate) fn public_set(&self) -> Value {
        json!({ "keys": self.keys().map(|key| &key.public).collect::<Vec<_>>() })
    }
}
