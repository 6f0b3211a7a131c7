//! What each call must know of a key, in memory, so that a call reads no database.
//!
//! With SQLite this process alone changes keys. With PostgreSQL other nodes change them as well, and what they announce is
//! brought in here ([`crate::propagation`]). All keys are read in the background once the server is up, so that it is up at
//! once; until then, what is not in memory is looked up when it is called for.

mod at_hand;
mod entry;
mod revoked_tokens;
#[cfg(test)]
mod tests;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use dashmap::{DashMap, Entry as Place};
use entry::Entry;
pub(crate) use entry::{Doubt, Reading};
use latchkey_model::{access_key::Use, id::AccessKeyId};
pub(crate) use revoked_tokens::RevokedTokens;
use sqlx::AnyConnection;

use crate::{StorageError, access_keys::KeyRecord, storage::revoked_tokens as stored};

/// What the directory knows of an ID.
#[derive(Debug)]
pub(crate) enum Found {
    /// The key, as the database has it.
    Known(Arc<KeyRecord>),
    /// Only the database knows.
    Doubtful(Doubt),
    /// Nothing yet.
    Unread(Reading),
    /// There is no such key.
    Nowhere,
}

/// The keys that are not deleted, those that were deleted since the start, and the tokens that ended before their time.
#[derive(Default)]
pub(crate) struct KeyDirectory {
    keys: DashMap<AccessKeyId, Entry>,
    /// Whether a key that is not here is nowhere.
    is_complete: AtomicBool,
    doubts: AtomicU64,
    /// How often it has been emptied.
    emptied: AtomicU64,
    revoked_tokens: RevokedTokens,
}

impl KeyDirectory {
    /// What is known of a key.
    pub(crate) fn find(&self, id: &AccessKeyId) -> Found {
        // First: a key that is noted meanwhile must not be taken for one that is nowhere.
        let (reading, is_complete) = (self.reading(), self.is_complete.load(Ordering::SeqCst));
        match self.keys.get(id).as_deref() {
            Some(Entry::Known(key)) => Found::Known(Arc::clone(key)),
            Some(Entry::Doubtful(doubt, _)) => Found::Doubtful(*doubt),
            // Emptied meanwhile, it knows of no key.
            None if is_complete && reading == self.reading() => Found::Nowhere,
            None => Found::Unread(reading),
        }
    }

    /// What is to be read now.
    pub(crate) fn reading(&self) -> Reading {
        Reading(self.emptied.load(Ordering::SeqCst))
    }

    /// Keeps a key as it was read, unless a change of it is known, or was forgotten, which may be later than the reading.
    /// Returns what is known then, which all callers share: what one finds out about the secret, the others need not.
    pub(crate) fn keep(&self, reading: Reading, key: Arc<KeyRecord>) -> Arc<KeyRecord> {
        match self.keys.entry(key.id.clone()) {
            Place::Vacant(place) => {
                if reading == self.reading() {
                    place.insert(Entry::Known(key.clone()));
                }
                key
            }
            Place::Occupied(place) => place.get().or(key),
        }
    }

    /// Notes that what is not here is nowhere, unless it was emptied since a reading began.
    pub(crate) fn complete(&self, reading: Reading) {
        self.is_complete.store(true, Ordering::SeqCst);
        if reading != self.reading() {
            self.is_complete.store(false, Ordering::SeqCst);
        }
    }

    /// Forgets all keys: changes of them may have been missed.
    pub(crate) fn empty(&self) {
        // First: whoever finds nothing here from now on, keeps something, or believes it complete, sees that it was emptied.
        self.emptied.fetch_add(1, Ordering::SeqCst);
        self.is_complete.store(false, Ordering::SeqCst);
        self.keys.clear();
    }

    /// Notes a key as a transaction has left it. Transactions may end in another order than they are noted in: the latest
    /// revision counts.
    pub(crate) fn note(&self, key: Arc<KeyRecord>) {
        match self.keys.entry(key.id.clone()) {
            Place::Vacant(place) => {
                place.insert(Entry::Known(key));
            }
            Place::Occupied(mut place) => match place.get() {
                Entry::Known(known) if known.revision > key.revision => {}
                known @ Entry::Known(_) => {
                    let next = known.followed_by(key);
                    place.insert(next);
                }
                // An answer of the database that is on its way may be from before this change.
                Entry::Doubtful(_, known) => {
                    let next = Entry::Doubtful(self.next_doubt(), known.clone());
                    place.insert(next);
                }
            },
        }
    }

    /// Notes that the first use of a key was written: calls need not write it again.
    pub(crate) fn note_first_use(&self, id: &AccessKeyId, first: Use) {
        if let Place::Occupied(mut place) = self.keys.entry(id.clone())
            && let Entry::Known(known) = place.get()
        {
            let key = KeyRecord { first_used: Some(first), ..KeyRecord::clone(known) };
            place.insert(Entry::Known(Arc::new(key)));
        }
    }

    /// Has the database asked the next time: it may hold something else.
    pub(crate) fn doubt(&self, id: &AccessKeyId) {
        match self.keys.entry(id.clone()) {
            Place::Vacant(place) => {
                place.insert(Entry::Doubtful(self.next_doubt(), None));
            }
            Place::Occupied(mut place) => {
                let known = place.get().last_known().cloned();
                place.insert(Entry::Doubtful(self.next_doubt(), known));
            }
        }
    }

    fn next_doubt(&self) -> Doubt {
        Doubt(self.doubts.fetch_add(1, Ordering::Relaxed))
    }

    /// Forgets keys that are there no more.
    pub(crate) fn forget(&self, purged: &[AccessKeyId]) {
        for id in purged {
            self.keys.remove(id);
        }
    }

    /// Notes what the database said of a doubt, unless there is a later one. Returns what is known then, as
    /// [`KeyDirectory::keep`] does.
    pub(crate) fn settle(&self, id: &AccessKeyId, doubt: Doubt, key: Option<Arc<KeyRecord>>) -> Option<Arc<KeyRecord>> {
        let Place::Occupied(mut place) = self.keys.entry(id.clone()) else { return key };
        let is_latest = matches!(place.get(), Entry::Doubtful(latest, _) if *latest == doubt);
        match key {
            Some(key) if is_latest => {
                let next = place.get().followed_by(key.clone());
                place.insert(next);
                Some(key)
            }
            Some(key) => Some(place.get().or(key)),
            None => {
                if is_latest {
                    place.remove();
                }
                None
            }
        }
    }
}

impl KeyDirectory {
    /// Reads the tokens that were revoked.
    pub(crate) async fn read_revoked_tokens(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        for (token_id, ends_at) in stored::all(connection).await? {
            self.revoked_tokens.note(token_id, ends_at);
        }
        Ok(())
    }

    /// The tokens that ended before their time.
    pub(crate) fn revoked_tokens(&self) -> &RevokedTokens {
        &self.revoked_tokens
    }
}
