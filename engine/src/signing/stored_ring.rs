use std::{sync::Arc, time::Duration};

use latchkey_model::timestamp::Timestamp;
use latchkey_store::{
    StorageError,
    signing_keys::{self, SigningKeyRow, UnreadableRow},
};
use sqlx::AnyConnection;

use super::{
    algorithm::SigningAlgorithm,
    error::SigningKeysError,
    key_pair::{self, SigningKey},
    key_ring::KeyRing,
    no_key::NoKey,
    policy::SigningPolicy,
    stored_keys::{Reported, StoredKeys},
};
use crate::crypto::sealing::SealingKeys;

/// How long a new key is published before it signs: twice as long as clients may cache the key set.
pub(super) const PUBLISHED_AHEAD: Duration = Duration::from_mins(10);

/// The longest lifetime of an access token. A key is published for as long after its last token was issued.
const LONGEST_TOKEN_LIFETIME: Duration = Duration::from_hours(24);

/// Makes key rings of the stored rows.
pub(super) struct RingSource {
    pub(super) sealing: SealingKeys,
    pub(super) policy: SigningPolicy,
    reported: Reported,
}

impl RingSource {
    pub(super) fn new(sealing: SealingKeys, policy: SigningPolicy) -> Self {
        Self { sealing, policy, reported: Reported::default() }
    }

    /// Opens the stored keys, adds the next one if it is due, and removes those whose last token has ended. Rows that cannot be
    /// opened decide nothing and stay, because another node may be able to open them.
    pub(super) async fn bring_up_to_date(
        &self,
        change: &mut AnyConnection,
        now: Timestamp,
    ) -> Result<KeyRing, SigningKeysError> {
        let stored = StoredKeys::open(signing_keys::list(change).await?, &self.sealing);
        if stored.is_sealed_by_another() {
            return Err(SigningKeysError::WrongSealingKey);
        }
        self.reported.report(&stored);
        let mut keys = stored.keys;
        let signs_from = match keys.first() {
            None => Some(now),
            Some(newest) => is_due(newest, self.policy, now).then(|| now.plus(PUBLISHED_AHEAD)),
        };
        if let Some(signs_from) = signs_from {
            keys.insert(0, self.add(change, self.policy.algorithm, now, signs_from).await?);
        }
        remove_ended(change, &mut keys, now).await?;
        ring(keys)
    }

    /// Opens rows as they are.
    pub(super) fn open(&self, rows: Vec<Result<SigningKeyRow, UnreadableRow>>) -> Result<KeyRing, SigningKeysError> {
        let stored = StoredKeys::open(rows, &self.sealing);
        if !stored.keys.is_empty() {
            self.reported.report(&stored);
        }
        ring(stored.keys)
    }

    /// Returns whether the newest stored key is published and does not sign yet.
    pub(super) async fn has_next_key(
        &self,
        connection: &mut AnyConnection,
        now: Timestamp,
    ) -> Result<bool, SigningKeysError> {
        let stored = StoredKeys::open(signing_keys::list(connection).await?, &self.sealing);
        Ok(stored.keys.first().is_some_and(|newest| now < newest.signs_from))
    }

    /// Creates and stores a key.
    pub(super) async fn add(
        &self,
        change: &mut AnyConnection,
        algorithm: SigningAlgorithm,
        now: Timestamp,
        signs_from: Timestamp,
    ) -> Result<Arc<SigningKey>, SigningKeysError> {
        let row = key_pair::make(algorithm, &self.sealing, now, signs_from).ok_or(SigningKeysError::NotMade)?;
        let key = SigningKey::open(&row, &self.sealing).map_err(|_: NoKey| SigningKeysError::NotMade)?;
        signing_keys::insert(change, &row).await?;
        Ok(Arc::new(key))
    }
}

fn ring(keys: Vec<Arc<SigningKey>>) -> Result<KeyRing, SigningKeysError> {
    let mut keys = keys.into_iter();
    let newest = keys.next().ok_or(SigningKeysError::WrongSealingKey)?;
    Ok(KeyRing { newest, earlier: keys.collect() })
}

/// Returns whether a key needs a successor, because of its age or because the operator has chosen another algorithm.
fn is_due(newest: &SigningKey, policy: SigningPolicy, now: Timestamp) -> bool {
    newest.algorithm != policy.algorithm || newest.signs_from.plus(policy.key_lifetime) <= now.plus(PUBLISHED_AHEAD)
}

/// Removes the keys whose tokens have all ended. A key's last token was signed before its successor's first, and ended one longest
/// lifetime later.
async fn remove_ended(
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
