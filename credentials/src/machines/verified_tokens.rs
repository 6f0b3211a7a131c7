use std::sync::Arc;

use moka::future::Cache;

use super::{
    access_token::Claims,
    keyed_digest::{KeyedDigest, ProcessKey},
};
use crate::{
    random::Random,
    signing::{KeyRing, Unverified},
};

/// How many tokens are remembered at the most: some 800 bytes each.
const CAPACITY: u64 = 20_000;

/// The tokens whose signature one of our keys has made, so that it is verified once for each and not for every call.
///
/// What a token is worth is none of its business: its time, its revocation and its client are looked at on every call,
/// and so is whether the key that signed it is still one of ours. The tokens themselves are not held.
pub(crate) struct VerifiedTokens {
    process_key: ProcessKey,
    tokens: Cache<KeyedDigest, Arc<SignedToken>>,
}

/// What a signature vouches for.
struct SignedToken {
    key_id: String,
    claims: Arc<Claims>,
}

impl VerifiedTokens {
    pub(crate) fn new(random: &dyn Random) -> Self {
        Self { process_key: ProcessKey::new(random), tokens: Cache::new(CAPACITY) }
    }

    /// The claims of a token that one of the keys has signed for an issuer.
    ///
    /// # Errors
    /// [`Unverified`].
    pub(super) async fn claims(&self, token: &str, keys: &KeyRing, issuer: &str) -> Result<Arc<Claims>, Unverified> {
        let digest = self.process_key.digest(&[token]);
        if let Some(known) = self.tokens.get(&digest).await
            && keys.hold(&known.key_id)
        {
            return Ok(known.claims.clone());
        }
        let (key_id, claims) = keys.verify::<Claims>(token, issuer)?;
        let claims = Arc::new(claims);
        self.tokens.insert(digest, Arc::new(SignedToken { key_id, claims: claims.clone() })).await;
        Ok(claims)
    }
}
