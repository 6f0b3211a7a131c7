use aws_lc_rs::hmac;

use crate::random::Random;

/// Stands for texts in memory: who reads it, but not the process's key, learns nothing of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct KeyedDigest([u8; 32]);

/// Random bytes that are this process's alone. HMAC-SHA-256 (RFC 2104): nobody can search for texts of one digest.
pub(super) struct ProcessKey(hmac::Key);

impl ProcessKey {
    pub(super) fn new(random: &dyn Random) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &*random.bits_256()))
    }

    /// The digest of some texts, none of which holds a NUL.
    pub(super) fn digest(&self, texts: &[&str]) -> KeyedDigest {
        let mut context = hmac::Context::with_key(&self.0);
        for text in texts {
            context.update(text.as_bytes());
            // No text holds this byte, so no other texts make the same sequence.
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
    fn other_texts_and_other_processes_have_other_digests() {
        let process = ProcessKey::new(&OsRandom);
        let digest = process.digest(&["secret", "hash"]);
        assert_eq!(digest, process.digest(&["secret", "hash"]));
        for texts in [&["secret", "other"][..], &["secre", "thash"], &["secrethash"], &["hash", "secret"]] {
            assert_ne!(digest, process.digest(texts), "{texts:?}");
        }
        assert_ne!(digest, ProcessKey::new(&OsRandom).digest(&["secret", "hash"]));
    }
}
