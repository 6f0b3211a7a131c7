use std::sync::Arc;

use super::cached_key::CachedKey;

/// Identifies one invalidation, so that an answer of the database from before a later one does not end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Invalidation(pub(super) u64);

/// Identifies the state of the cache since it was last cleared, so that what was read before is not inserted after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Epoch(pub(super) u64);

pub(super) enum CacheEntry {
    /// The key as it is in the database.
    Valid(Arc<CachedKey>),
    /// A change may or may not have been committed. Holds the key as it was last known.
    Invalid(Invalidation, Option<Arc<CachedKey>>),
}

impl CacheEntry {
    /// Returns the key as it was last known.
    pub(super) fn last_known(&self) -> Option<&Arc<CachedKey>> {
        match self {
            Self::Valid(key) => Some(key),
            Self::Invalid(_, key) => key.as_ref(),
        }
    }

    /// Returns the valid key, or else the one that was read, with what is known about its secret.
    pub(super) fn valid_or(&self, read: Arc<CachedKey>) -> Arc<CachedKey> {
        match self {
            Self::Valid(key) => key.clone(),
            Self::Invalid(_, Some(known)) => {
                read.authenticator.inherit(&known.authenticator);
                read
            }
            Self::Invalid(_, None) => read,
        }
    }

    /// Returns the entry for another state of the key, with what is known about its secret.
    pub(super) fn replaced_by(&self, key: Arc<CachedKey>) -> Self {
        if let Some(known) = self.last_known() {
            key.authenticator.inherit(&known.authenticator);
        }
        Self::Valid(key)
    }
}
