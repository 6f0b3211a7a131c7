use std::fmt;

use latchkey_model::public_key::PublicKey;
use latchkey_store::access_keys::AuthenticatorRow;
use tokio::sync::OnceCell;

use crate::{
    concurrency::Overloaded,
    crypto::{hashing::SecretHash, keyed_digest::KeyedDigest, secret::SecretTag},
};

/// What a presented credential is compared with.
#[derive(Debug)]
pub(crate) enum Authenticator {
    /// A secret, which was shown once.
    Secret(StoredSecret),
    /// The public key of a key pair. Latchkey never had the private key (RFC 7523).
    KeyPair(Box<PublicKey>),
}

impl From<AuthenticatorRow> for Authenticator {
    fn from(row: AuthenticatorRow) -> Self {
        match row {
            AuthenticatorRow::Secret { hash, tag } => Self::Secret(StoredSecret::new(&hash, tag.into())),
            AuthenticatorRow::KeyPair(public) => Self::KeyPair(Box::new(public)),
        }
    }
}

impl Authenticator {
    /// Copies what is known about the secret of an earlier state of the key, if the secret is the same.
    pub(super) fn inherit(&self, earlier: &Self) {
        if let (Self::Secret(own), Self::Secret(earlier)) = (self, earlier)
            && own.hash == earlier.hash
            && let Some(digest) = earlier.matched.get()
        {
            // A call may have set it first, to the same value.
            let _ = own.matched.set(*digest);
        }
    }
}

/// What is stored of a secret.
pub(crate) struct StoredSecret {
    pub(crate) hash: SecretHash,
    /// Compared first, so that most wrong secrets are not hashed.
    pub(crate) tag: SecretTag,
    /// The keyed digest of the text that matched the hash in this process, so that argon2 runs once and not for every call.
    /// It does not reveal the text, and says nothing about whether the key is active.
    matched: OnceCell<KeyedDigest>,
}

impl fmt::Debug for StoredSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoredSecret")
    }
}

/// Why a text is not the secret.
enum NotMatched {
    /// The hash is of another text.
    Wrong,
    /// The check could not be made.
    Overloaded(Overloaded),
}

impl StoredSecret {
    pub(crate) fn new(hash: &str, tag: SecretTag) -> Self {
        Self { hash: SecretHash::parse(hash), tag, matched: OnceCell::new() }
    }

    /// Returns whether a digest is of the secret, if that is known. Once one text has matched, every other is wrong.
    pub(crate) fn matches_known(&self, digest: &KeyedDigest) -> Option<bool> {
        self.matched.get().map(|matched| matched == digest)
    }

    /// Returns whether a digest is of the secret, by a `check` of which one runs at a time per key. Callers that wait for a check
    /// which succeeds need no other.
    ///
    /// # Errors
    /// [`Overloaded`] if `check` fails so.
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
    use crate::{crypto::keyed_digest::ProcessKey, random::OsRandom};

    fn stored(hash: &str) -> StoredSecret {
        StoredSecret::new(hash, SecretTag::new(""))
    }

    #[tokio::test]
    async fn after_a_match_every_other_text_is_known_to_be_wrong() {
        let process = ProcessKey::new(&OsRandom);
        let (right, wrong) = (process.digest(&["right"]), process.digest(&["wrong"]));
        let secret = stored("hash");
        assert!(!secret.check(wrong, async { Ok(false) }).await.unwrap());
        assert_eq!((secret.matches_known(&right), secret.matches_known(&wrong)), (None, None));
        assert!(secret.check(right, async { Ok(true) }).await.unwrap());
        assert_eq!((secret.matches_known(&right), secret.matches_known(&wrong)), (Some(true), Some(false)));
    }

    #[tokio::test]
    async fn concurrent_callers_share_one_check() {
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
    async fn a_later_state_of_the_key_inherits_only_what_is_known_about_the_same_hash() {
        let digest = ProcessKey::new(&OsRandom).digest(&["secret"]);
        let earlier = stored("hash");
        assert!(earlier.check(digest, async { Ok(true) }).await.unwrap());
        let earlier = Authenticator::Secret(earlier);
        for (hash, known) in [("hash", Some(true)), ("other hash", None)] {
            let later = Authenticator::Secret(stored(hash));
            later.inherit(&earlier);
            let Authenticator::Secret(later) = later else { unreachable!() };
            assert_eq!(later.matches_known(&digest), known, "{hash}");
        }
    }
}
