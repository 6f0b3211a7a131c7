//! Argon2id, outside the async executor, with limits on running and waiting hashes.

mod cost;
mod guessable;
mod memory;
mod passwords;
mod phc;
mod secret_hash;
mod strength;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use cost::Cost;
use latchkey_store::TRACES;
use memory::Memory;
pub(crate) use passwords::{PasswordHasher, PasswordMatch, Presenter};
pub(crate) use secret_hash::SecretHash;
pub use strength::WeakPassword;
pub(crate) use strength::check_strength;
use tracing::{Instrument, debug_span};
use zeroize::Zeroizing;

use crate::{
    concurrency::{CpuPool, OVERLOADED, Overloaded, Queue},
    random::Random,
};

/// Hashes and verifies texts of one kind. Passwords and secrets have separate hashers, so that a flood of one kind does
/// not delay the other.
pub(crate) struct Hasher {
    cost: Cost,
    pool: CpuPool,
    /// The number of additional hashes that ran with a permit of another one.
    more_runs: AtomicU64,
    memory: Arc<Memory>,
    random: Arc<dyn Random>,
    unmatched: String,
}

impl Hasher {
    /// Creates a hasher for texts that people choose: argon2id, 19 MiB, t=2, p=1.
    fn for_passwords(pool: CpuPool, random: Arc<dyn Random>) -> Self {
        Self::new(Cost::PASSWORD, pool, random)
    }

    /// Creates a hasher for texts that Latchkey generates: 256 bits need no stretching (ASVS 5.0, 6.5.2).
    pub(crate) fn for_secrets(random: Arc<dyn Random>) -> Self {
        Self::new(Cost::GENERATED_SECRET, CpuPool::default(), random)
    }

    fn new(cost: Cost, pool: CpuPool, random: Arc<dyn Random>) -> Self {
        Self {
            cost,
            pool,
            more_runs: AtomicU64::new(0),
            memory: Arc::new(cost.memory()),
            random,
            unmatched: cost.placeholder_hash(),
        }
    }

    /// Returns the PHC string of a text, at this hasher's cost, with a new salt.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn hash(&self, text: &str) -> Result<String, Overloaded> {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        let argon2 = self.cost.argon2();
        let text = Zeroizing::new(text.to_owned());
        let memory = self.memory.clone();
        let hashing = self.pool.run(move || phc::hash(&argon2, text.as_bytes(), &salt, &memory));
        let hashed = hashing.instrument(debug_span!(target: TRACES, "hash")).await?;
        // It never fails at these costs. If it did, nothing would be stored, rather than an empty hash.
        hashed.ok_or(OVERLOADED)
    }

    /// Returns whether a hash is of a text. The cost is the one in the hash.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    pub(crate) async fn verify(&self, text: &str, hash: &str) -> Result<bool, Overloaded> {
        Ok(self.find(&[text], hash).await?.is_some())
    }

    /// Returns the index of the first text that a hash is of. The texts share one place in the queue, and are hashed one after
    /// another.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    async fn find(&self, texts: &[&str], hash: &str) -> Result<Option<usize>, Overloaded> {
        let texts: Vec<_> = texts.iter().map(|text| Zeroizing::new((*text).to_owned())).collect();
        let hash = hash.to_owned();
        let memory = self.memory.clone();
        let matches = move |text: &Zeroizing<String>| phc::matches(text.as_bytes(), &hash, &memory) == Some(true);
        let last = texts.len() - 1;
        let finding = self.pool.run(move || texts.iter().position(matches));
        let found = finding.instrument(debug_span!(target: TRACES, "hash")).await?;
        self.more_runs.fetch_add(found.unwrap_or(last) as u64, Ordering::Relaxed);
        Ok(found)
    }

    /// Spends the cost of a verification, for texts without a hash to compare with.
    ///
    /// # Errors
    /// [`Overloaded`] if the queue is full.
    async fn spend_verification(&self, texts: &[&str]) -> Result<(), Overloaded> {
        self.find(texts, &self.unmatched).await.map(|_| ())
    }

    /// Returns whether a hash has another cost than new ones.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        !self.cost.matches(hash)
    }

    /// Returns how many hashes have run.
    pub(crate) fn runs(&self) -> u64 {
        self.pool.runs() + self.more_runs.load(Ordering::Relaxed)
    }

    /// Returns how much waits, and how much was refused so far.
    pub(crate) fn queue(&self) -> Queue {
        self.pool.queue()
    }

    /// Refuses all work until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.pool.fill()
    }
}

#[cfg(test)]
mod tests {
    use latchkey_model::{access_key::Kind, redacted::Password};

    use super::*;
    use crate::{
        people::SignInError,
        random::OsRandom,
        testing::{ADDRESS, Node},
        verification::VerifyError,
    };

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
    async fn passwords_have_the_intended_cost_and_cheaper_hashes_are_outdated() {
        let passwords = Hasher::for_passwords(CpuPool::default(), Arc::new(OsRandom));
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
        let hasher = Arc::new(Hasher::for_passwords(CpuPool::default(), Arc::new(OsRandom)));
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
        assert!(refused > 0, "all of 200 concurrent hashes were accepted");
        assert!(refused < 200, "no hash was accepted");
    }

    #[tokio::test]
    async fn a_flood_of_one_kind_does_not_affect_the_other() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        let key = node.create(&ana, Kind::ApiKey, None).await;
        let secret = key.secret.as_ref().unwrap().expose();
        let password = Password::from("correct-horse-9-battery".to_owned());
        let sign_in = async || node.engine.people.sign_in("ana@example.com", &password, None, ADDRESS).await;

        let all_permits = node.engine.verification.fill_secret_queue();
        let overloaded = node.engine.verification.verify_api_key(secret, ADDRESS).await;
        assert!(matches!(overloaded, Err(VerifyError::Overloaded(_))));
        let refused = || {
            let statistics = node.engine.statistics();
            (statistics.secret_queue.refused, statistics.password_queue.refused)
        };
        assert_eq!(refused(), (1, 0));
        sign_in().await.unwrap();
        drop(all_permits);

        let all_permits = node.engine.people.fill_password_queue();
        assert!(matches!(sign_in().await, Err(SignInError::Overloaded(_))));
        assert_eq!(refused(), (1, 1));
        node.engine.verification.verify_api_key(secret, ADDRESS).await.unwrap();
        drop(all_permits);
        let all_permits = node.engine.verification.fill_secret_queue();
        node.engine.verification.verify_api_key(secret, ADDRESS).await.unwrap();
        drop(all_permits);
    }

    #[tokio::test]
    async fn a_flood_of_wrong_passwords_refuses_only_strangers() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        let text = |text: &str| Password::from(text.to_owned());
        let password = text("correct-horse-9-battery");
        let sign_in = async |device| node.engine.people.sign_in("ana@example.com", &password, device, ADDRESS).await;
        let device = sign_in(None).await.unwrap().device.unwrap();
        let all_permits = node.engine.people.fill_password_queue();
        assert!(matches!(sign_in(None).await, Err(SignInError::Overloaded(_))));
        sign_in(Some(&device)).await.unwrap();
        // The holder of a session or a link is known, too.
        let other = text("staple-tangerine-42-lamp");
        node.engine.people.change_password(&ana, &password, &other).await.unwrap();
        let recovery = node.engine.people.make_operator_recovery_link("ana@example.com").await.unwrap();
        let (_, token) = recovery.link.expose().split_once('#').unwrap();
        node.engine.people.reset_password(&token.to_owned().into(), &password, ADDRESS).await.unwrap();
        drop(all_permits);
    }
}
