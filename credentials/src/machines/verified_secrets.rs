use std::future::Future;

use moka::future::Cache;

use super::keyed_digest::{KeyedDigest, ProcessKey};
use crate::{Overloaded, random::Random};

/// How many secrets are remembered at the most: some 100 bytes each.
const CAPACITY: u64 = 100_000;

/// The secrets that have matched a hash in this process, so that argon2 runs once for each and not for every call.
///
/// What is held is a digest, keyed with random bytes of the process, of a secret and the hash that it matched: a
/// replaced hash has no entry, and the memory gives no secret away. Whether a key is active is none of its business.
pub(crate) struct VerifiedSecrets {
    process_key: ProcessKey,
    digests: Cache<KeyedDigest, ()>,
}

/// Why a secret is not remembered.
#[derive(Debug, Clone, Copy)]
enum NotVerified {
    /// The hash is of something else.
    NoMatch,
    /// It is not known.
    Overloaded(Overloaded),
}

impl VerifiedSecrets {
    pub(crate) fn new(random: &dyn Random) -> Self {
        Self { process_key: ProcessKey::new(random), digests: Cache::new(CAPACITY) }
    }

    /// Whether the secret has matched the hash before.
    pub(super) async fn contain(&self, pair: &KeyedDigest) -> bool {
        self.digests.get(pair).await.is_some()
    }

    /// Whether the secret matches the hash, by a `check` that runs once for all who ask meanwhile.
    ///
    /// # Errors
    /// [`Overloaded`] if `check` says so.
    pub(super) async fn check_once(
        &self,
        pair: KeyedDigest,
        check: impl Future<Output = Result<bool, Overloaded>>,
    ) -> Result<bool, Overloaded> {
        let check = async {
            match check.await {
                Ok(true) => Ok(()),
                Ok(false) => Err(NotVerified::NoMatch),
                Err(overloaded) => Err(NotVerified::Overloaded(overloaded)),
            }
        };
        match self.digests.try_get_with(pair, check).await.map_err(|reason| *reason) {
            Ok(()) => Ok(true),
            Err(NotVerified::NoMatch) => Ok(false),
            Err(NotVerified::Overloaded(overloaded)) => Err(overloaded),
        }
    }

    /// What stands for a secret and a hash that it may match.
    pub(super) fn digest(&self, secret: &str, hash: &str) -> KeyedDigest {
        self.process_key.digest(&[secret, hash])
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::random::OsRandom;

    #[tokio::test]
    async fn a_secret_is_known_with_the_hash_that_it_matched_and_with_no_other() {
        let verified = VerifiedSecrets::new(&OsRandom);
        let pair = verified.digest("secret", "hash");
        assert!(!verified.check_once(pair, async { Ok(false) }).await.unwrap());
        assert!(!verified.contain(&pair).await, "what did not match is not remembered");
        assert!(verified.check_once(pair, async { Ok(true) }).await.unwrap());
        assert!(verified.contain(&pair).await);
        assert!(!verified.contain(&verified.digest("secret", "other hash")).await);
        assert!(!verified.contain(&verified.digest("other secret", "hash")).await);
    }

    #[tokio::test]
    async fn all_who_ask_at_once_wait_for_one_check() {
        let verified = VerifiedSecrets::new(&OsRandom);
        let pair = verified.digest("secret", "hash");
        let checks = AtomicU64::new(0);
        let check = || async {
            checks.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(true)
        };
        let answers = tokio::join!(
            verified.check_once(pair, check()),
            verified.check_once(pair, check()),
            verified.check_once(pair, check())
        );
        assert_eq!(answers, (Ok(true), Ok(true), Ok(true)));
        assert_eq!(checks.into_inner(), 1);
    }
}
