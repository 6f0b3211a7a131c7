use std::sync::Arc;

use crate::access_keys::KeyRecord;

/// Marks one doubt, so that an answer from before a later doubt does not settle it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doubt(pub(super) u64);

/// Marks what was asked before the directory was emptied, so that the answer is not kept after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading(pub(super) u64);

pub(super) enum Entry {
    /// As the database has it.
    Known(Arc<KeyRecord>),
    /// A change may or may not have been committed.
    Doubtful(Doubt, Option<Arc<KeyRecord>>),
}

impl Entry {
    /// The key as it was when it was last known.
    pub(super) fn last_known(&self) -> Option<&Arc<KeyRecord>> {
        match self {
            Self::Known(key) => Some(key),
            Self::Doubtful(_, key) => key.as_ref(),
        }
    }

    /// The key as it is known; else as it was read, with what is known of its secret.
    pub(super) fn or(&self, read: Arc<KeyRecord>) -> Arc<KeyRecord> {
        match self {
            Self::Known(key) => key.clone(),
            Self::Doubtful(_, Some(known)) => {
                read.proof.take_over(&known.proof);
                read
            }
            Self::Doubtful(_, None) => read,
        }
    }

    /// Another state of the key, for which what is known of its secret still counts.
    pub(super) fn followed_by(&self, key: Arc<KeyRecord>) -> Self {
        if let Some(known) = self.last_known() {
            key.proof.take_over(&known.proof);
        }
        Self::Known(key)
    }
}
