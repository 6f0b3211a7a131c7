use std::sync::Arc;

use moka::future::Cache;

use super::claims::Claims;
use crate::{
    crypto::keyed_digest::{KeyedDigest, ProcessKey},
    random::Random,
    signing::{KeyRing, Unverified},
};

/// How many tokens are cached at most, some 800 bytes each.
const CAPACITY: u64 = 20_000;

/// Caches the tokens whose signature was verified, so that it is verified once per token and not for every call.
///
/// It does not decide whether a token is accepted: time, revocation and client are checked on every call, and so is whether the key
/// that signed it is still in use. The cache holds digests, not tokens.
pub(super) struct VerifiedTokens {
    process_key: ProcessKey,
    tokens: Cache<KeyedDigest, Arc<SignedToken>>,
}

/// What a verified signature covers.
struct SignedToken {
    key_id: String,
    claims: Arc<Claims>,
}

impl VerifiedTokens {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self { process_key: ProcessKey::new(random), tokens: Cache::new(CAPACITY) }
    }

    /// Returns the claims of a token that one of the keys has signed for an issuer.
    ///
    /// # Errors
    /// [`Unverified`].
    pub(super) async fn claims(&self, token: &str, keys: &KeyRing, issuer: &str) -> Result<Arc<Claims>, Unverified> {
        let digest = self.process_key.digest(&[token]);
        if let Some(known) = self.tokens.get(&digest).await
            && keys.contains(&known.key_id)
        {
            return Ok(known.claims.clone());
        }
        let (key_id, claims) = keys.verify::<Claims>(token, issuer)?;
        let claims = Arc::new(claims);
        self.tokens.insert(digest, Arc::new(SignedToken { key_id, claims: claims.clone() })).await;
        Ok(claims)
    }
}
