use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};

use crate::random::Random;

/// Represents texts in memory. It reveals nothing about them without the key of the process.
#[expect(clippy::derived_hash_with_manual_eq, reason = "equal digests have equal bytes")]
#[derive(Clone, Copy, Eq, Hash)]
pub(crate) struct KeyedDigest([u8; 32]);

impl PartialEq for KeyedDigest {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl fmt::Debug for KeyedDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyedDigest")
    }
}

/// Random bytes of this process, for HMAC-SHA-256 (RFC 2104), so that an attacker cannot search for texts with the same digest.
pub(crate) struct ProcessKey(hmac::Key);

impl ProcessKey {
    pub(crate) fn new(random: &dyn Random) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &*random.bits_256()))
    }

    /// Returns the digest of some texts without NUL.
    pub(crate) fn digest(&self, texts: &[&str]) -> KeyedDigest {
        let mut context = hmac::Context::with_key(&self.0);
        for text in texts {
            context.update(text.as_bytes());
            // No text contains this byte, so no other texts have the same sequence.
            context.update(&[0]);
        }
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        KeyedDigest(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[test]
    fn different_texts_and_processes_have_different_digests() {
        let process = ProcessKey::new(&OsRandom);
        let digest = process.digest(&["secret", "hash"]);
        assert_eq!(digest, process.digest(&["secret", "hash"]));
        for texts in [&["secret", "other"][..], &["secre", "thash"], &["secrethash"], &["hash", "secret"]] {
            assert_ne!(digest, process.digest(texts), "{texts:?}");
        }
        assert_ne!(digest, ProcessKey::new(&OsRandom).digest(&["secret", "hash"]));
    }
}
