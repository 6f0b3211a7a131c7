//! Argon2id, off the async executor and bounded: so many at a time, so many waiting, and no more.

mod cost;
mod password;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use cost::Cost;
pub use password::WeakPassword;
pub(crate) use password::check_strength;
use zeroize::Zeroizing;

use crate::{
    admission::{Admission, OVERLOADED, Overloaded},
    random::Random,
};

/// How many may wait for each that runs.
const QUEUE_FOR_EACH: usize = 32;

/// Hashes and verifies texts of one kind. Passwords and secrets have one each, so that a flood of the one does
/// not hold up the other.
pub(crate) struct Hasher {
    cost: Cost,
    admission: Admission,
    random: Arc<dyn Random>,
    unmatched: String,
    runs: AtomicU64,
}

impl Hasher {
    /// A hasher for what people choose: argon2id, 19 MiB, t=2, p=1.
    pub(crate) fn for_passwords(random: Arc<dyn Random>) -> Self {
        Self::new(Cost::PASSWORD, random)
    }

    /// A hasher for what Latchkey generates: 256 bits need no stretching (ASVS 5.0, 6.5.2).
    pub(crate) fn for_secrets(random: Arc<dyn Random>) -> Self {
        Self::new(Cost::GENERATED_SECRET, random)
    }

    fn new(cost: Cost, random: Arc<dyn Random>) -> Self {
        let half_the_cores = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
        let unmatched = cost.hash_of_nothing();
        Self {
            cost,
            admission: Admission::new(half_the_cores, half_the_cores * QUEUE_FOR_EACH),
            random,
            unmatched,
            runs: AtomicU64::new(0),
        }
    }

    /// The PHC string of a text, at this hasher's cost, with a fresh salt.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn hash(&self, text: &str) -> Result<String, Overloaded> {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        let argon2 = self.cost.argon2();
        let text = Zeroizing::new(text.to_owned());
        // It fails for want of memory at the most: nothing is stored then, rather than a hash of nothing.
        self.run(move || argon2.hash_password_with_salt(text.as_bytes(), &salt).map(|hash| hash.to_string()))
            .await?
            .map_err(|_| OVERLOADED)
    }

    /// Whether a text is the one that was hashed. The cost is the one that the hash names.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn verify(&self, text: &str, hash: &str) -> Result<bool, Overloaded> {
        let text = Zeroizing::new(text.to_owned());
        let hash = hash.to_owned();
        self.run(move || {
            PasswordHash::new(&hash)
                .is_ok_and(|hash| argon2::Argon2::default().verify_password(text.as_bytes(), &hash).is_ok())
        })
        .await
    }

    /// Spends what a verification costs, for a text that there is nothing to compare with: an unknown account
    /// must take as long as a wrong password.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn verify_nothing(&self, text: &str) -> Result<(), Overloaded> {
        self.verify(text, &self.unmatched).await.map(|_| ())
    }

    /// Whether a hash was made at another cost than today's.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        !self.cost.made(hash)
    }

    /// How many hashes have run.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Overloaded> {
        let place = self.admission.enter().await?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        // The place moves into the thread: a caller that goes away must not free that of work that goes on.
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|_| OVERLOADED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::OsRandom;

    #[tokio::test]
    async fn a_hash_verifies_its_text_and_no_other() {
        let hasher = Hasher::for_secrets(Arc::new(OsRandom));
        let hash = hasher.hash("lk_one").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=1024,t=1,p=1$"), "{hash}");
        assert!(hasher.verify("lk_one", &hash).await.unwrap());
        assert!(!hasher.verify("lk_two", &hash).await.unwrap());
        assert!(!hasher.verify("lk_one", "").await.unwrap());
    }

    #[tokio::test]
    async fn passwords_cost_what_the_design_says_and_cheaper_hashes_are_outdated() {
        let passwords = Hasher::for_passwords(Arc::new(OsRandom));
        let secrets = Hasher::for_secrets(Arc::new(OsRandom));
        let hash = passwords.hash("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!passwords.is_outdated(&hash));
        let cheap = secrets.hash("correct horse battery").await.unwrap();
        assert!(passwords.is_outdated(&cheap));
        assert!(passwords.verify("correct horse battery", &cheap).await.unwrap(), "the cost is read from the hash");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_instead_of_growing() {
        let hasher = Arc::new(Hasher::for_passwords(Arc::new(OsRandom)));
        let hash = hasher.hash("a password of some length").await.unwrap();
        let attempts: Vec<_> = (0..200)
            .map(|_| {
                let (hasher, hash) = (hasher.clone(), hash.clone());
                tokio::spawn(async move { hasher.verify("wrong", &hash).await })
            })
            .collect();
        let mut refused = 0;
        for attempt in attempts {
            refused += usize::from(attempt.await.unwrap() == Err(OVERLOADED));
        }
        assert!(refused > 0, "200 at once were all admitted");
        assert!(refused < 200, "nothing was admitted");
    }
}
