use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use latchkey_model::timestamp::Timestamp;
use serde::Serialize;
use sqlx::AnyConnection;
use thiserror::Error;
use tokio::sync::Mutex;

use super::{
    SigningAlgorithm, SigningKeysAtOpening,
    key_pair::{self, SigningKey},
    key_ring::KeyRing,
    reseal::{reseal, warn_of_unused},
    sealing::SealingKeys,
    stored::{NoKey, Reported, StoredKeys},
};
use crate::{
    Clock, Overloaded, StorageError,
    admission::Computing,
    propagation::{ChangeNumber, Changed},
    storage::{
        HeldTable, Storage,
        dialect::nodes,
        signing_keys::{self, SigningKeyRow, UnreadableRow},
    },
};

/// How long a new key is published before it signs: twice as long as clients may keep the key set.
const PUBLISHED_AHEAD: Duration = Duration::from_mins(10);

/// How long an access token can last at most; a key is published for as long after its last one.
const LONGEST_TOKEN_LIFETIME: Duration = Duration::from_hours(24);

/// How often tokens of unknown keys cause a look into the database at the most: anybody can make them up.
const CAUGHT_UP_EVERY: Duration = Duration::from_secs(1);

/// Why tokens cannot be signed. Each is one clear line.
#[derive(Debug, Error)]
pub enum SigningKeysError {
    /// Neither the sealing key nor the previous one opens a single signing key. No new one is made: that would end every
    /// token for an operator who only gave the wrong key.
    #[error("the signing keys cannot be opened with this sealing key; give the one they were made with")]
    WrongSealingKey,
    /// The cryptography library refused.
    #[error("a signing key could not be made")]
    NotMade,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SigningKeysError {
    /// Whether nothing but the database's being read-only is wrong.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Storage(error) if error.is_read_only())
    }
}

/// A token could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the token could not be signed")]
pub struct SigningFailed;

/// What the operator decides about signing keys.
#[derive(Debug, Clone, Copy)]
pub struct SigningPolicy {
    /// What new keys are for.
    pub algorithm: SigningAlgorithm,
    /// How long a key signs before the next one does.
    pub key_lifetime: Duration,
}

impl Default for SigningPolicy {
    fn default() -> Self {
        Self { algorithm: SigningAlgorithm::default(), key_lifetime: Duration::from_hours(90 * 24) }
    }
}

/// How soon the next key shall sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Once everybody has had the time to fetch it. Tokens of the key before stay good. If the next key waits for its
    /// time already, it is that one.
    Planned,
    /// Now, and all earlier keys go: for one that is no longer secret. Every token that was issued ends.
    EndingAllTokens,
}

/// The keys that sign access tokens, made and renewed in the database, where they are sealed.
pub(crate) struct SigningKeys {
    ring: RwLock<Arc<KeyRing>>,
    /// Held by whoever reads the keys, so that what was read last is what counts; and when that was for a token.
    caught_up_at: Mutex<Option<Timestamp>>,
    sealing: SealingKeys,
    reported: Reported,
    policy: SigningPolicy,
    rsa: Computing,
}

impl SigningKeys {
    /// Opens the stored keys; makes the first if there is none.
    pub(crate) async fn open(
        storage: &Storage,
        sealing: SealingKeys,
        stored: SigningKeysAtOpening,
        policy: SigningPolicy,
        now: Timestamp,
    ) -> Result<Self, SigningKeysError> {
        let reported = Reported::default();
        let ring = match up_to_date(storage, &sealing, &reported, stored, policy, now).await {
            // What is there serves until the database takes changes again.
            Err(error) if error.is_read_only() && stored == SigningKeysAtOpening::Kept => {
                let rows = signing_keys::list(&mut *storage.reader().await?).await?;
                if rows.is_empty() { Err(error) } else { opened(rows, &sealing, &reported) }
            }
            ring => ring,
        }?;
        Ok(Self {
            ring: RwLock::new(Arc::new(ring)),
            caught_up_at: Mutex::default(),
            sealing,
            reported,
            policy,
            rsa: Computing::default(),
        })
    }

    /// The keys as they are now.
    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Signs the claims of an access token with the key that signs now.
    ///
    /// # Errors
    /// [`Overloaded`] if too much is being signed.
    pub(crate) async fn sign<T>(&self, claims: T, now: Timestamp) -> Result<Result<String, SigningFailed>, Overloaded>
    where
        T: Serialize + Send + 'static,
    {
        self.ring().sign(claims, now, &self.rsa).await
    }

    /// Makes the next key if the one of today is due, forgets those whose last token has ended, and takes over what
    /// another process has made.
    pub(crate) async fn renew(&self, storage: &Storage, now: Timestamp) -> Result<(), SigningKeysError> {
        let _alone = self.caught_up_at.lock().await;
        let mut change = storage.begin_alone_on(HeldTable::SigningKeys).await?;
        let ring = current(&mut change, &self.sealing, &self.reported, self.policy, now).await?;
        change.commit().await.map_err(StorageError::from)?;
        self.replace(ring);
        Ok(())
    }

    /// Takes over what another process has made, because of a token whose key is not here.
    pub(crate) async fn catch_up(&self, storage: &Storage, clock: &dyn Clock) -> Result<(), SigningKeysError> {
        let mut caught_up_at = self.caught_up_at.lock().await;
        let elapsed = |since: Timestamp| Duration::from_millis(clock.now().0.abs_diff(since.0));
        if caught_up_at.is_some_and(|at| elapsed(at) < CAUGHT_UP_EVERY) {
            return Ok(());
        }
        let read = async { signing_keys::list(&mut *storage.primary_reader().await?).await }.await;
        *caught_up_at = Some(clock.now());
        self.replace(opened(read?, &self.sealing, &self.reported)?);
        Ok(())
    }

    /// Takes over what another process has announced.
    pub(crate) async fn take_over(&self, connection: &mut AnyConnection) -> Result<(), SigningKeysError> {
        let _alone = self.caught_up_at.lock().await;
        self.replace(opened(signing_keys::list(connection).await?, &self.sealing, &self.reported)?);
        Ok(())
    }

    /// Makes the next key, due or not. If that ends tokens, it is announced.
    pub(crate) async fn rotate(
        &self,
        storage: &Storage,
        rotation: Rotation,
        now: Timestamp,
    ) -> Result<Option<ChangeNumber>, SigningKeysError> {
        let _alone = self.caught_up_at.lock().await;
        let mut change = storage.begin_alone_on(HeldTable::SigningKeys).await?;
        let stored = StoredKeys::open(signing_keys::list(&mut change).await?, &self.sealing);
        let signs_from = match rotation {
            Rotation::Planned if is_one_waiting(&stored.keys, now) => None,
            Rotation::Planned => Some(now.plus(PUBLISHED_AHEAD)),
            Rotation::EndingAllTokens => {
                signing_keys::delete_all(&mut change).await?;
                Some(now)
            }
        };
        if let Some(signs_from) = signs_from {
            add(&mut change, &self.sealing, self.policy.algorithm, now, signs_from).await?;
        }
        let ring = current(&mut change, &self.sealing, &self.reported, self.policy, now).await?;
        let number = match rotation {
            Rotation::Planned => None,
            Rotation::EndingAllTokens => nodes::announce(&mut change, Changed::SigningKeys).await?,
        };
        change.commit().await.map_err(StorageError::from)?;
        self.replace(ring);
        Ok(number)
    }

    fn replace(&self, ring: KeyRing) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }
}

/// The stored keys, brought up to date.
async fn up_to_date(
    storage: &Storage,
    sealing: &SealingKeys,
    reported: &Reported,
    stored: SigningKeysAtOpening,
    policy: SigningPolicy,
    now: Timestamp,
) -> Result<KeyRing, SigningKeysError> {
    let mut change = storage.begin_alone_on(HeldTable::SigningKeys).await?;
    let resealed = match stored {
        SigningKeysAtOpening::Kept => reseal(&mut change, sealing).await?,
        SigningKeysAtOpening::Forgotten => {
            signing_keys::delete_all(&mut change).await?;
            0
        }
    };
    let ring = current(&mut change, sealing, reported, policy, now).await?;
    change.commit().await.map_err(StorageError::from)?;
    warn_of_unused(sealing, resealed);
    Ok(ring)
}

/// The keys as they shall be now. Rows that are not keys decide nothing, and stay: another node may be able to open them.
async fn current(
    change: &mut AnyConnection,
    sealing: &SealingKeys,
    reported: &Reported,
    policy: SigningPolicy,
    now: Timestamp,
) -> Result<KeyRing, SigningKeysError> {
    let stored = StoredKeys::open(signing_keys::list(change).await?, sealing);
    if stored.is_sealed_by_another() {
        return Err(SigningKeysError::WrongSealingKey);
    }
    reported.report(&stored);
    let mut keys = stored.keys;
    let signs_from = match keys.first() {
        None => Some(now),
        Some(newest) => is_due(newest, policy, now).then(|| now.plus(PUBLISHED_AHEAD)),
    };
    if let Some(signs_from) = signs_from {
        keys.insert(0, add(change, sealing, policy.algorithm, now, signs_from).await?);
    }
    forget_the_ended(change, &mut keys, now).await?;
    ring(keys)
}

fn opened(
    rows: Vec<Result<SigningKeyRow, UnreadableRow>>,
    sealing: &SealingKeys,
    reported: &Reported,
) -> Result<KeyRing, SigningKeysError> {
    let stored = StoredKeys::open(rows, sealing);
    if !stored.keys.is_empty() {
        reported.report(&stored);
    }
    ring(stored.keys)
}

fn ring(keys: Vec<Arc<SigningKey>>) -> Result<KeyRing, SigningKeysError> {
    let mut keys = keys.into_iter();
    let newest = keys.next().ok_or(SigningKeysError::WrongSealingKey)?;
    Ok(KeyRing { newest, earlier: keys.collect() })
}

/// Whether a key is to be succeeded: by its age, or because the operator has chosen another algorithm.
fn is_due(newest: &SigningKey, policy: SigningPolicy, now: Timestamp) -> bool {
    newest.algorithm != policy.algorithm || newest.signs_from.plus(policy.key_lifetime) <= now.plus(PUBLISHED_AHEAD)
}

/// Whether the newest key is published and does not sign yet.
fn is_one_waiting(keys: &[Arc<SigningKey>], now: Timestamp) -> bool {
    keys.first().is_some_and(|newest| now < newest.signs_from)
}

/// A key's last token was signed before its successor's first, and has ended one longest lifetime later.
async fn forget_the_ended(
    change: &mut AnyConnection,
    keys: &mut Vec<Arc<SigningKey>>,
    now: Timestamp,
) -> Result<(), StorageError> {
    let ended = keys.windows(2).position(|pair| pair[0].signs_from.plus(LONGEST_TOKEN_LIFETIME) <= now);
    if let Some(successor) = ended {
        for key in keys.drain(successor + 1..) {
            signing_keys::delete(change, &key.id).await?;
        }
    }
    Ok(())
}

async fn add(
    change: &mut AnyConnection,
    sealing: &SealingKeys,
    algorithm: SigningAlgorithm,
    now: Timestamp,
    signs_from: Timestamp,
) -> Result<Arc<SigningKey>, SigningKeysError> {
    let row = key_pair::make(algorithm, sealing, now, signs_from).ok_or(SigningKeysError::NotMade)?;
    let key = SigningKey::open(&row, sealing).map_err(|_: NoKey| SigningKeysError::NotMade)?;
    signing_keys::insert(change, &row).await?;
    Ok(Arc::new(key))
}
