//! The stored rows of signing keys: which of them can be opened, and what is logged about the others.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use latchkey_store::signing_keys::{SigningKeyRow, UnreadableRow};

use super::{key_pair::SigningKey, no_key::NoKey};
use crate::crypto::sealing::SealingKeys;

/// The stored rows.
pub(super) struct StoredKeys {
    /// The keys, the newest first.
    pub(super) keys: Vec<Arc<SigningKey>>,
    /// The IDs of the other rows, with the reasons.
    unusable: Vec<(String, NoKey)>,
}

impl StoredKeys {
    /// Opens all rows that can be opened.
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

    /// Returns whether there are rows and none can be opened. Most likely the sealing key is another one.
    pub(super) fn is_sealed_by_another(&self) -> bool {
        self.keys.is_empty() && !self.unusable.is_empty()
    }
}

/// The unusable rows that were logged already. They are read every minute.
#[derive(Default)]
pub(super) struct Reported(Mutex<BTreeSet<String>>);

/// How many characters of an ID are logged. The author of the row chose the ID.
const LOGGED_ID: usize = 64;

impl Reported {
    /// Logs each unusable row once, for as long as it exists.
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
