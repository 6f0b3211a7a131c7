//! What each call must know of a key, in memory, so that a call reads no database.
//!
//! It is kept where this process alone changes the database, which is SQLite. With PostgreSQL other processes change keys
//! as well, and each call asks the database. All keys are read in the background once the server is up, so that it is
//! up at once; until then, what is not in memory is looked up when it is called for.

mod at_hand;

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use dashmap::{DashMap, Entry as Place};
use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};

use crate::{
    StorageError,
    access_keys::KeyRecord,
    storage::{Storage, revoked_tokens},
};

/// Marks one doubt, so that an answer from before a later doubt does not settle it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doubt(u64);

enum Entry {
    /// As the database has it.
    Known(Arc<KeyRecord>),
    /// A change may or may not have been committed.
    Doubtful(Doubt),
}

/// What the directory knows of an ID.
#[derive(Debug)]
pub(crate) enum Found {
    /// The key, as the database has it.
    Known(Arc<KeyRecord>),
    /// Only the database knows.
    Doubtful(Doubt),
    /// Nothing yet.
    Unread,
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
    /// By the token's identifier: when it would have ended by itself.
    revoked_tokens: DashMap<String, Timestamp>,
}

impl KeyDirectory {
    /// What is known of a key.
    pub(crate) fn find(&self, id: &AccessKeyId) -> Found {
        // First: a key that is noted meanwhile must not be taken for one that is nowhere.
        let is_complete = self.is_complete.load(Ordering::Acquire);
        match self.keys.get(id).as_deref() {
            Some(Entry::Known(key)) => Found::Known(Arc::clone(key)),
            Some(Entry::Doubtful(doubt)) => Found::Doubtful(*doubt),
            None if is_complete => Found::Nowhere,
            None => Found::Unread,
        }
    }

    /// Keeps a key as it was read, unless a change of it is known, which may be later than the reading.
    pub(crate) fn keep(&self, key: Arc<KeyRecord>) {
        self.keys.entry(key.id.clone()).or_insert(Entry::Known(key));
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
                Entry::Known(_) => {
                    place.insert(Entry::Known(key));
                }
                // An answer of the database that is on its way may be from before this change.
                Entry::Doubtful(_) => {
                    place.insert(Entry::Doubtful(self.next_doubt()));
                }
            },
        }
    }

    /// Has the database asked the next time: it may hold something else.
    pub(crate) fn doubt(&self, id: &AccessKeyId) {
        self.keys.insert(id.clone(), Entry::Doubtful(self.next_doubt()));
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

    /// Notes what the database said of a doubt, unless there is a later one.
    pub(crate) fn settle(&self, id: &AccessKeyId, doubt: Doubt, key: Option<Arc<KeyRecord>>) {
        if let Place::Occupied(mut place) = self.keys.entry(id.clone())
            && matches!(place.get(), Entry::Doubtful(latest) if *latest == doubt)
        {
            match key {
                Some(key) => {
                    place.insert(Entry::Known(key));
                }
                None => {
                    place.remove();
                }
            }
        }
    }
}

impl KeyDirectory {
    /// A directory that knows of the tokens that were revoked, and of no key yet.
    pub(crate) async fn of(storage: &Storage) -> Result<Self, StorageError> {
        let directory = Self::default();
        for (token_id, ends_at) in revoked_tokens::all(&mut *storage.reader().await?).await? {
            directory.note_revoked(token_id, ends_at);
        }
        Ok(directory)
    }

    /// Whether a token ended before its time.
    pub(crate) fn is_revoked(&self, token_id: &str) -> bool {
        self.revoked_tokens.contains_key(token_id)
    }

    /// Refuses a token until it would have ended by itself.
    pub(crate) fn note_revoked(&self, token_id: String, ends_at: Timestamp) {
        self.revoked_tokens.insert(token_id, ends_at);
    }

    /// Forgets the tokens that ended by themselves before a moment.
    pub(crate) fn forget_tokens_ended_before(&self, moment: Timestamp) {
        self.revoked_tokens.retain(|_, ends_at| *ends_at > moment);
    }
}

#[cfg(test)]
mod tests {
    use latchkey_model::{id::OrganizationId, scope::Scopes};

    use super::*;
    use crate::{
        access_keys::{Proof, State, StoredSecret},
        secret::SecretTag,
    };

    fn key(revision: i64) -> Arc<KeyRecord> {
        Arc::new(KeyRecord {
            id: id(),
            organization_id: "org_7Hq2mV9cXw4T".parse::<OrganizationId>().unwrap(),
            name: "WMS".to_owned(),
            state: State::Active,
            scopes: Scopes::default(),
            generation: 1,
            revision,
            proof: Proof::Secret(StoredSecret { hash: String::new(), tag: SecretTag::of("") }),
            token_lifetime: None,
            created_at: Timestamp(0),
            created_by: "ana@example.com".to_owned(),
            expires_at: None,
            first_used: None,
            last_used: None,
        })
    }

    fn id() -> AccessKeyId {
        "ak_7Hq2mV9cXw4T".parse().unwrap()
    }

    fn revision(directory: &KeyDirectory) -> Option<i64> {
        match directory.find(&id()) {
            Found::Known(key) => Some(key.revision),
            Found::Doubtful(_) | Found::Unread | Found::Nowhere => None,
        }
    }

    fn doubt(directory: &KeyDirectory) -> Doubt {
        match directory.find(&id()) {
            Found::Doubtful(doubt) => doubt,
            found => panic!("{found:?} is no doubt"),
        }
    }

    #[test]
    fn the_latest_revision_counts_in_whatever_order_they_come() {
        let directory = KeyDirectory::default();
        assert!(matches!(directory.find(&id()), Found::Unread));
        for (noted, known) in [(1, 1), (3, 3), (2, 3)] {
            directory.note(key(noted));
            assert_eq!(revision(&directory), Some(known));
        }
    }

    #[test]
    fn a_doubt_is_settled_by_the_database_alone() {
        let directory = KeyDirectory::default();
        directory.note(key(1));
        directory.doubt(&id());
        directory.note(key(2));
        directory.settle(&id(), doubt(&directory), Some(key(3)));
        assert_eq!(revision(&directory), Some(3));
    }

    #[test]
    fn an_answer_from_before_a_change_does_not_settle_a_doubt() {
        let directory = KeyDirectory::default();
        directory.note(key(1));
        directory.doubt(&id());
        let asked = doubt(&directory);
        directory.note(key(2));
        directory.settle(&id(), asked, Some(key(1)));
        assert_eq!(revision(&directory), None, "the key is in doubt still");
    }

    #[test]
    fn an_answer_from_before_a_later_doubt_settles_nothing() {
        let directory = KeyDirectory::default();
        directory.doubt(&id());
        let earlier = doubt(&directory);
        directory.doubt(&id());
        directory.settle(&id(), earlier, Some(key(1)));
        assert_ne!(doubt(&directory), earlier);
        let later = doubt(&directory);
        directory.settle(&id(), later, None);
        assert!(matches!(directory.find(&id()), Found::Unread));
    }

    #[test]
    fn what_was_read_does_not_replace_what_was_changed() {
        let directory = KeyDirectory::default();
        directory.keep(key(1));
        assert_eq!(revision(&directory), Some(1));
        directory.note(key(2));
        directory.keep(key(1));
        assert_eq!(revision(&directory), Some(2));
        directory.doubt(&id());
        directory.keep(key(1));
        assert_eq!(revision(&directory), None);
    }
}
