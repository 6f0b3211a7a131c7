//! The rows of signing keys: which of them are keys, and what is said of the others.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use thiserror::Error;

use super::{key_pair::SigningKey, sealing::SealingKeys};
use crate::storage::signing_keys::{SigningKeyRow, UnreadableRow};

/// What becomes of the signing keys that a database holds when it is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningKeysAtOpening {
    /// They are opened by the sealing key.
    #[default]
    Kept,
    /// They are dropped with every access token: the key that they are sealed under is lost.
    Forgotten,
}

/// Why a row is not a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum NoKey {
    #[error("a column is of another type")]
    Unreadable,
    #[error("the algorithm is unknown")]
    Algorithm,
    #[error("it was not sealed by this installation, or was changed since")]
    Seal,
    #[error("what was sealed is not a private key of this algorithm")]
    PrivateKey,
    #[error("the ID is not the thumbprint of the key")]
    Thumbprint,
}

/// The rows, told apart.
pub(super) struct StoredKeys {
    /// The keys, the newest first.
    pub(super) keys: Vec<Arc<SigningKey>>,
    /// The other rows, by their IDs.
    unusable: Vec<(String, NoKey)>,
}

impl StoredKeys {
    /// Opens all rows that are keys.
    pub(super) fn open(rows: Vec<Result<SigningKeyRow, UnreadableRow>>, sealing: &SealingKeys) -> Self {
        let mut stored = Self { keys: Vec::with_capacity(rows.len()), unusable: Vec::new() };
        for row in rows {
            let (id, opened) = match row {
                Ok(row) => (row.id.clone(), SigningKey::open(&row, sealing)),
                Err(UnreadableRow(id)) => (id.unwrap_or_default(), Err(NoKey::Unreadable)),
            };
            match opened {
                Ok(key) => stored.keys.push(Arc::new(key)),
                Err(reason) => stored.unusable.push((id, reason)),
            }
        }
        stored
    }

    /// Whether there are rows, and not one is a key: most likely the sealing key is another one.
    pub(super) fn is_sealed_by_another(&self) -> bool {
        self.keys.is_empty() && !self.unusable.is_empty()
    }
}

/// Which unusable rows were logged already: they are read every minute.
#[derive(Default)]
pub(super) struct Reported(Mutex<BTreeSet<String>>);

/// The longest part of an ID that is logged. Who made the row chose the ID.
const LOGGED_ID: usize = 64;

impl Reported {
    /// Logs each unusable row once, for as long as it is there.
    pub(super) fn report(&self, stored: &StoredKeys) {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now: BTreeSet<String> = stored.unusable.iter().map(|(id, _)| id.clone()).collect();
        for (id, reason) in stored.unusable.iter().filter(|(id, _)| !reported.contains(id)) {
            let id: String = id.chars().take(LOGGED_ID).collect();
            tracing::warn!(row = ?id, reason = %reason, "a row of signing_keys is not a signing key, and is skipped");
        }
        *reported = now;
    }
}
