use std::sync::Arc;

use latchkey_model::{redacted::Password, text::nfc};
use zeroize::Zeroizing;

use super::Hasher;
use crate::{
    concurrency::{CpuPool, Overloaded, Queue},
    random::Random,
};

/// The presenter of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presenter {
    /// Someone with a session, a one-time link, or a browser that the account's owner has signed in with.
    Known,
    /// Any other presenter.
    Stranger,
}

/// The result of comparing a password with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordMatch {
    /// The hash is of another password.
    No,
    /// The hash is of the password.
    Yes,
    /// The hash is of the password, as it was before its normalization to NFC.
    OfAnotherForm,
}

/// Hashes and verifies passwords. A part of the processor is reserved for known presenters: strangers who send wrong
/// passwords in any number cannot use it.
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

    /// Returns the PHC string of a password in NFC, with a new salt.
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

    /// Compares a password with a hash: as typed, and in NFC if that differs.
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

    /// Spends the cost of a verification for an unknown account, which must take as long as a wrong password.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn verify_placeholder(&self, password: &Password) -> Result<(), Overloaded> {
        let normalized = normalized(password);
        self.strangers.spend_verification(&forms(password, &normalized)).await
    }

    /// Returns whether a hash has another cost than new ones.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        self.strangers.is_outdated(hash)
    }

    /// Returns how many passwords have been hashed or compared.
    pub(crate) fn runs(&self) -> u64 {
        self.known.runs() + self.strangers.runs()
    }

    /// Returns how much waits, and how much was refused so far. Known presenters are refused only if
    /// strangers are, too.
    pub(crate) fn queue(&self) -> Queue {
        let strangers = self.strangers.queue();
        Queue { waiting: self.known.queue().waiting + strangers.waiting, ..strangers }
    }

    /// Refuses all strangers until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.strangers.fill()
    }
}

/// Returns a password in NFC (RFC 8265 §4.2.2): keyboards and systems differ in the form that they send.
pub(super) fn normalized(password: &Password) -> Zeroizing<String> {
    Zeroizing::new(nfc(password.expose()).into_owned())
}

/// Returns the forms of a password that a hash may be of.
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
    async fn a_hash_of_a_password_before_normalization_is_recognized() {
        let hasher = hasher();
        let hash = hasher.strangers.hash(NFD).await.unwrap();
        let verify = async |text| hasher.verify(&password(text), &hash, Presenter::Known).await.unwrap();
        assert_eq!(verify(NFD).await, PasswordMatch::OfAnotherForm);
        assert_eq!(verify(NFC).await, PasswordMatch::No);
    }

    #[tokio::test]
    async fn strangers_do_not_use_the_capacity_for_known_people() {
        let hasher = hasher();
        let hash = hasher.hash(&password(NFC), Presenter::Stranger).await.unwrap();
        let all_places = hasher.fill();
        assert!(hasher.verify(&password(NFC), &hash, Presenter::Stranger).await.is_err());
        assert!(hasher.verify_placeholder(&password(NFC)).await.is_err());
        assert_eq!(hasher.verify(&password(NFC), &hash, Presenter::Known).await, Ok(PasswordMatch::Yes));
        hasher.hash(&password(NFC), Presenter::Known).await.unwrap();
        drop(all_places);
        // In the other direction: known presenters may use what strangers leave free.
        let all_places = hasher.known.fill();
        assert_eq!(hasher.verify(&password(NFC), &hash, Presenter::Known).await, Ok(PasswordMatch::Yes));
        assert_eq!(hasher.queue().refused, 2);
        drop(all_places);
    }
}
