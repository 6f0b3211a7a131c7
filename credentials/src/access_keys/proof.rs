use std::fmt;

use latchkey_model::public_key::PublicKey;
use tokio::sync::OnceCell;

use crate::{Overloaded, machines::KeyedDigest, secret::SecretTag};

/// What a presenter proves itself by.
#[derive(Debug, Clone)]
pub(crate) enum Proof {
    /// A secret, which was shown once.
    Secret(StoredSecret),
    /// The private half of a key pair, which Latchkey never had (RFC 7523).
    KeyPair(PublicKey),
}

impl Proof {
    /// Takes over what is known of the secret of an earlier state of the key, if it is the same.
    pub(crate) fn take_over(&self, earlier: &Self) {
        if let (Self::Secret(own), Self::Secret(earlier)) = (self, earlier)
            && own.hash == earlier.hash
            && let Some(digest) = earlier.matched.get()
        {
            // It is there already if a call has found it out meanwhile: it is the same.
            let _ = own.matched.set(*digest);
        }
    }
}

/// What is kept of a secret.
#[derive(Clone)]
pub(crate) struct StoredSecret {
    /// In the PHC format.
    pub(crate) hash: Box<str>,
    /// Keeps wrong secrets from being hashed.
    pub(crate) tag: SecretTag,
    /// Stands for the text that has matched the hash in this process, so that argon2 runs once for it and not for every call.
    /// It gives the text away to nobody, and whether the key is active is none of its business.
    matched: OnceCell<KeyedDigest>,
}

impl fmt::Debug for StoredSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoredSecret")
    }
}

/// Why a text is not the secret.
enum NotMatched {
    /// The hash is of something else.
    Wrong,
    /// It is not known.
    Overloaded(Overloaded),
}

impl StoredSecret {
    pub(crate) fn new(hash: String, tag: SecretTag) -> Self {
        Self { hash: hash.into(), tag, matched: OnceCell::new() }
    }

    /// Whether what a digest stands for matches the hash, if that is known: once one text has, every other is wrong.
    pub(crate) fn known(&self, digest: &KeyedDigest) -> Option<bool> {
        self.matched.get().map(|matched| matched == digest)
    }

    /// Whether what a digest stands for matches the hash, by a `check` of which one runs at a time for each key. Those who wait
    /// for one that succeeds need none of their own.
    ///
    /// # Errors
    /// [`Overloaded`] if `check` says so.
    pub(crate) async fn check(
        &self,
        digest: KeyedDigest,
        check: impl Future<Output = Result<bool, Overloaded>>,
    ) -> Result<bool, Overloaded> {
        let check = async {
            match check.await {
                Ok(true) => Ok(digest),
                Ok(false) => Err(NotMatched::Wrong),
                Err(overloaded) => Err(NotMatched::Overloaded(overloaded)),
            }
        };
        match self.matched.get_or_try_init(|| check).await {
            Ok(matched) => Ok(*matched == digest),
            Err(NotMatched::Wrong) => Ok(false),
            Err(NotMatched::Overloaded(overloaded)) => Err(overloaded),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::{OsRandom, machines::ProcessKey};

    fn stored(hash: &str) -> StoredSecret {
        StoredSecret::new(hash.to_owned(), SecretTag::of(""))
    }

    #[tokio::test]
    async fn only_what_has_matched_is_known_and_then_all_else_is_wrong() {
        let process = ProcessKey::new(&OsRandom);
        let (right, wrong) = (process.digest(&["right"]), process.digest(&["wrong"]));
        let secret = stored("hash");
        assert!(!secret.check(wrong, async { Ok(false) }).await.unwrap());
        assert_eq!((secret.known(&right), secret.known(&wrong)), (None, None));
        assert!(secret.check(right, async { Ok(true) }).await.unwrap());
        assert_eq!((secret.known(&right), secret.known(&wrong)), (Some(true), Some(false)));
    }

    #[tokio::test]
    async fn all_who_ask_at_once_wait_for_one_check() {
        let digest = ProcessKey::new(&OsRandom).digest(&["secret"]);
        let (secret, checks) = (stored("hash"), AtomicU64::new(0));
        let check = || async {
            checks.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(true)
        };
        let answers =
            tokio::join!(secret.check(digest, check()), secret.check(digest, check()), secret.check(digest, check()));
        assert_eq!(answers, (Ok(true), Ok(true), Ok(true)));
        assert_eq!(checks.into_inner(), 1);
    }

    #[tokio::test]
    async fn a_later_state_of_the_key_knows_the_same_of_the_same_hash_alone() {
        let digest = ProcessKey::new(&OsRandom).digest(&["secret"]);
        let earlier = stored("hash");
        assert!(earlier.check(digest, async { Ok(true) }).await.unwrap());
        let earlier = Proof::Secret(earlier);
        for (hash, known) in [("hash", Some(true)), ("other hash", None)] {
            let later = Proof::Secret(stored(hash));
            later.take_over(&earlier);
            let Proof::Secret(later) = later else { unreachable!() };
            assert_eq!(later.known(&digest), known, "{hash}");
        }
    }
}
