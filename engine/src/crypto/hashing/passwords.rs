use std::sync::Arc;

use latchkey_model::{redacted::Password, text::nfc};
use zeroize::Zeroizing;

use super::Hasher;
use crate::{
    concurrency::{CpuPool, Overloaded, Queue},
    random::Random,
};

/// Who presents a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presenter {
    /// Someone with a session, a one-time link, or a browser that the account's owner has signed in with.
    Known,
    /// Anyone.
    Stranger,
}

/// What came of comparing a password with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordMatch {
    /// It is another password.
    No,
    /// It is the password.
    Yes,
    /// It is the password, and the hash was made of it before it was put into NFC.
    OfAnotherForm,
}

/// Hashes and verifies passwords. A part of the processor is kept for those who are known: strangers who send wrong
/// passwords in any number cannot take it.
pub(crate) struct PasswordHasher {
    known: Hasher,
    strangers: Hasher,
}

impl PasswordHasher {
    pub(crate) fn new(random: &Arc<dyn Random>) -> Self {
        Self {
            known: Hasher::for_passwords(CpuPool::on_one_core_in(4), random.clone()),
            strangers: Hasher::for_passwords(CpuPool::default(), random.clone()),
        }
    }

    /// The PHC string of a password in NFC, with a fresh salt.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn hash(&self, password: &Password, by: Presenter) -> Result<String, Overloaded> {
        let text = normalized(password);
        if by == Presenter::Known
            && let Ok(hash) = self.known.hash(&text).await
        {
            return Ok(hash);
        }
        self.strangers.hash(&text).await
    }

    /// Compares a password with a hash: as it was typed, and in NFC where that differs.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn verify(
        &self,
        password: &Password,
        hash: &str,
        by: Presenter,
    ) -> Result<PasswordMatch, Overloaded> {
        let normalized = normalized(password);
        let texts = forms(password, &normalized);
        let found = match by {
            Presenter::Known => match self.known.find(&texts, hash).await {
                Err(Overloaded { .. }) => self.strangers.find(&texts, hash).await?,
                found => found?,
            },
            Presenter::Stranger => self.strangers.find(&texts, hash).await?,
        };
        Ok(match found {
            None => PasswordMatch::No,
            Some(last) if last + 1 == texts.len() => PasswordMatch::Yes,
            Some(_) => PasswordMatch::OfAnotherForm,
        })
    }

    /// Spends what a verification costs, for an unknown account: it must take as long as a wrong password.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn verify_nothing(&self, password: &Password) -> Result<(), Overloaded> {
        let normalized = normalized(password);
        self.strangers.find_nothing(&forms(password, &normalized)).await
    }

    /// Whether a hash was made at another cost than today's.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        self.strangers.is_outdated(hash)
    }

    /// How many passwords have been hashed or compared.
    pub(crate) fn runs(&self) -> u64 {
        self.known.runs() + self.strangers.runs()
    }

    /// What waits to be hashed now, and what has been refused so far. Those who are known are refused only where
    /// strangers are.
    pub(crate) fn queue(&self) -> Queue {
        let strangers = self.strangers.queue();
        Queue { waiting: self.known.queue().waiting + strangers.waiting, ..strangers }
    }

    /// Admits no stranger for as long as the result is held.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.strangers.fill()
    }
}

/// A password in NFC (RFC 8265 §4.2.2): keyboards and systems differ in the form that they send.
pub(super) fn normalized(password: &Password) -> Zeroizing<String> {
    Zeroizing::new(nfc(password.expose()).into_owned())
}

/// The forms in which a hash may have been made of a password.
fn forms<'p>(password: &'p Password, normalized: &'p str) -> Vec<&'p str> {
    let typed = password.expose();
    if typed == normalized { vec![normalized] } else { vec![typed, normalized] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    const NFC: &str = "violet-h\u{e4}rbour-27";
    const NFD: &str = "violet-ha\u{308}rbour-27";

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    fn hasher() -> PasswordHasher {
        PasswordHasher::new(&(Arc::new(OsRandom) as Arc<dyn Random>))
    }

    #[tokio::test]
    async fn a_password_is_the_same_in_every_form() {
        let hasher = hasher();
        for stored in [NFC, NFD] {
            let hash = hasher.hash(&password(stored), Presenter::Stranger).await.unwrap();
            for typed in [NFC, NFD] {
                for by in [Presenter::Known, Presenter::Stranger] {
                    assert_eq!(hasher.verify(&password(typed), &hash, by).await.unwrap(), PasswordMatch::Yes);
                }
            }
            let other = hasher.verify(&password("violet-harbour-27"), &hash, Presenter::Known).await.unwrap();
            assert_eq!(other, PasswordMatch::No);
        }
    }

    #[tokio::test]
    async fn a_hash_of_what_was_typed_before_it_was_normalized_is_known_and_told_apart() {
        let hasher = hasher();
        let hash = hasher.strangers.hash(NFD).await.unwrap();
        let verify = async |text| hasher.verify(&password(text), &hash, Presenter::Known).await.unwrap();
        assert_eq!(verify(NFD).await, PasswordMatch::OfAnotherForm);
        assert_eq!(verify(NFC).await, PasswordMatch::No);
    }

    #[tokio::test]
    async fn strangers_take_no_place_of_those_who_are_known() {
        let hasher = hasher();
        let hash = hasher.hash(&password(NFC), Presenter::Stranger).await.unwrap();
        let all_places = hasher.fill();
        assert!(hasher.verify(&password(NFC), &hash, Presenter::Stranger).await.is_err());
        assert!(hasher.verify_nothing(&password(NFC)).await.is_err());
        assert_eq!(hasher.verify(&password(NFC), &hash, Presenter::Known).await, Ok(PasswordMatch::Yes));
        hasher.hash(&password(NFC), Presenter::Known).await.unwrap();
        drop(all_places);
        // And the reverse: those who are known may use what strangers leave.
        let all_places = hasher.known.fill();
        assert_eq!(hasher.verify(&password(NFC), &hash, Presenter::Known).await, Ok(PasswordMatch::Yes));
        assert_eq!(hasher.queue().refused, 2);
        drop(all_places);
    }
}
