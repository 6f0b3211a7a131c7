use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use dashmap::{DashMap, Entry};
use latchkey_model::id::AccessKeyId;

use super::{
    cached_key::CachedKey,
    entry::{CacheEntry, Epoch, Invalidation},
};

/// What the cache knows about an ID.
#[derive(Debug)]
pub(super) enum Lookup {
    /// The key, as it is in the database.
    Valid(Arc<CachedKey>),
    /// Only the database knows.
    Invalid(Invalidation),
    /// It was not read yet.
    Unread(Epoch),
    /// There is no such key.
    Missing,
}

/// The keys that are not deleted, and those that were deleted since the start.
#[derive(Default)]
pub(super) struct CacheEntries {
    keys: DashMap<AccessKeyId, CacheEntry>,
    /// Whether a key that is not in the map does not exist.
    is_complete: AtomicBool,
    invalidations: AtomicU64,
    /// How often the map was cleared.
    epoch: AtomicU64,
}

impl CacheEntries {
    /// Looks up a key.
    pub(super) fn find(&self, id: &AccessKeyId) -> Lookup {
        // First: a key that is inserted at the same time must not be taken for missing.
        let (epoch, is_complete) = (self.epoch(), self.is_complete());
        match self.keys.get(id).as_deref() {
            Some(CacheEntry::Valid(key)) => Lookup::Valid(Arc::clone(key)),
            Some(CacheEntry::Invalid(invalidation, _)) => Lookup::Invalid(*invalidation),
            // If it was cleared since, it knows about no key.
            None if is_complete && epoch == self.epoch() => Lookup::Missing,
            None => Lookup::Unread(epoch),
        }
    }

    /// Returns whether all keys have been read.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::SeqCst)
    }

    /// Returns the epoch in which a read begins now.
    pub(super) fn epoch(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::SeqCst))
    }

    /// Inserts a key that was read, unless a change of it is known or was removed, which may be later than the read. Returns the
    /// key that all callers share, so that what one finds out about the secret holds for all.
    pub(super) fn insert_read(&self, epoch: Epoch, key: Arc<CachedKey>) -> Arc<CachedKey> {
        match self.keys.entry(key.id.clone()) {
            Entry::Vacant(vacant) => {
                if epoch == self.epoch() {
                    vacant.insert(CacheEntry::Valid(key.clone()));
                }
                key
            }
            Entry::Occupied(occupied) => occupied.get().valid_or(key),
        }
    }

    /// Marks the map as complete, unless it was cleared since an epoch.
    pub(super) fn complete(&self, epoch: Epoch) {
        self.is_complete.store(true, Ordering::SeqCst);
        if epoch != self.epoch() {
            self.is_complete.store(false, Ordering::SeqCst);
        }
    }

    /// Removes all keys, because changes of them may have been missed.
    pub(super) fn clear(&self) {
        // First: from now on, a reader that finds nothing, inserts or completes sees that the map was cleared.
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.is_complete.store(false, Ordering::SeqCst);
        self.keys.clear();
    }

    /// Inserts a key as a transaction has left it. Transactions may end in another order than they are inserted in, so the latest
    /// revision wins.
    pub(super) fn insert(&self, key: Arc<CachedKey>) {
        match self.keys.entry(key.id.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(CacheEntry::Valid(key));
            }
            Entry::Occupied(mut occupied) => match occupied.get() {
                CacheEntry::Valid(known) if known.revision > key.revision => {}
                known @ CacheEntry::Valid(_) => {
                    let next = known.replaced_by(key);
                    occupied.insert(next);
                }
                // An answer of the database that is on its way may be from before this change.
                CacheEntry::Invalid(_, known) => {
                    let next = CacheEntry::Invalid(self.next_invalidation(), known.clone());
                    occupied.insert(next);
                }
            },
        }
    }

    /// Invalidates a key, so that the next call asks the database.
    pub(super) fn invalidate(&self, id: &AccessKeyId) {
        match self.keys.entry(id.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(CacheEntry::Invalid(self.next_invalidation(), None));
            }
            Entry::Occupied(mut occupied) => {
                let known = occupied.get().last_known().cloned();
                occupied.insert(CacheEntry::Invalid(self.next_invalidation(), known));
            }
        }
    }

    fn next_invalidation(&self) -> Invalidation {
        Invalidation(self.invalidations.fetch_add(1, Ordering::Relaxed))
    }

    /// Removes keys that no longer exist.
    pub(super) fn remove(&self, ids: &[AccessKeyId]) {
        for id in ids {
            self.keys.remove(id);
        }
    }

    /// Ends an invalidation by what the database has answered, unless there is a later one. Returns the key that all callers share,
    /// as [`CacheEntries::insert_read`] does.
    pub(super) fn refresh(
        &self,
        id: &AccessKeyId,
        invalidation: Invalidation,
        key: Option<Arc<CachedKey>>,
    ) -> Option<Arc<CachedKey>> {
        let Entry::Occupied(mut occupied) = self.keys.entry(id.clone()) else { return key };
        let is_latest = matches!(occupied.get(), CacheEntry::Invalid(latest, _) if *latest == invalidation);
        match key {
            Some(key) if is_latest => {
                let next = occupied.get().replaced_by(key.clone());
                occupied.insert(next);
                Some(key)
            }
            Some(key) => Some(occupied.get().valid_or(key)),
            None => {
                if is_latest {
                    occupied.remove();
                }
                None
            }
        }
    }
}
