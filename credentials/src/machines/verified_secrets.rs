use aws_lc_rs::hmac;
use moka::sync::Cache;

use crate::random::Random;

/// How many secrets are remembered at the most: some 100 bytes each.
const CAPACITY: u64 = 100_000;

/// The secrets that have matched a hash in this process, so that argon2 runs once for each and not for every call.
///
/// What is held is a digest, keyed with random bytes of the process, of a secret and the hash that it matched: a
/// replaced hash has no entry, and the memory gives no secret away. Whether a key is active is none of its business.
pub(crate) struct VerifiedSecrets {
    process_key: hmac::Key,
    digests: Cache<[u8; 32], ()>,
}

impl VerifiedSecrets {
    pub(crate) fn new(random: &dyn Random) -> Self {
        let process_key = hmac::Key::new(hmac::HMAC_SHA256, &*random.bits_256());
        Self { process_key, digests: Cache::new(CAPACITY) }
    }

    /// Whether this secret has matched this hash before.
    pub(crate) fn contains(&self, secret: &str, hash: &str) -> bool {
        self.digests.contains_key(&self.digest(secret, hash))
    }

    /// Remembers that this secret matches this hash.
    pub(crate) fn insert(&self, secret: &str, hash: &str) {
        self.digests.insert(self.digest(secret, hash), ());
    }

    fn digest(&self, secret: &str, hash: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.process_key);
        context.update(secret.as_bytes());
        // Neither part can hold this byte, so no other pair makes the same text.
        context.update(&[0]);
        context.update(hash.as_bytes());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        digest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn a_secret_is_known_with_the_hash_that_it_matched_and_with_no_other() {
        let verified = VerifiedSecrets::new(&OsRandom);
        verified.insert("secret", "hash");
        assert!(verified.contains("secret", "hash"));
        assert!(!verified.contains("secret", "other hash"));
        assert!(!verified.contains("other secret", "hash"));
        assert!(!VerifiedSecrets::new(&OsRandom).contains("secret", "hash"));
    }

    #[test]
    fn two_processes_hold_different_digests() {
        let digest = || VerifiedSecrets::new(&OsRandom).digest("secret", "hash");
        assert_ne!(digest(), digest());
    }
}
