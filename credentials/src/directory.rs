//! What each call must know of a key, in memory, so that a call reads no database.
//!
//! It is kept where this process alone changes the database, which is SQLite. With PostgreSQL other processes change keys
//! as well, and each call asks the database.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use dashmap::{DashMap, Entry as Place};
use latchkey_model::{id::AccessKeyId, timestamp::Timestamp};
use sqlx::{Any, Transaction};

use crate::{
    Engine, StorageError,
    access_keys::KeyRecord,
    storage::{Storage, access_keys, revoked_tokens},
};

/// How many keys are read at once when the directory is filled.
const READ_AT_ONCE: i64 = 5_000;

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
    /// There is no such key.
    Nowhere,
}

/// The keys that are not deleted, those that were deleted since the start, and the tokens that ended before their time.
#[derive(Default)]
pub(crate) struct KeyDirectory {
    keys: DashMap<AccessKeyId, Entry>,
    doubts: AtomicU64,
    /// By the token's identifier: when it would have ended by itself.
    revoked_tokens: DashMap<String, Timestamp>,
}

impl KeyDirectory {
    /// The directory of a database. A key whose row cannot be read stays in doubt: it alone is without a verdict.
    pub(crate) async fn of(storage: &Storage) -> Result<Self, StorageError> {
        let directory = Self::default();
        for (token_id, ends_at) in revoked_tokens::all(&mut *storage.reader().await?).await? {
            directory.note_revoked(token_id, ends_at);
        }
        let mut latest = String::new();
        loop {
            let keys = access_keys::living_after(&mut *storage.reader().await?, &latest, READ_AT_ONCE).await?;
            let Some((id, _)) = keys.last() else { return Ok(directory) };
            id.as_str().clone_into(&mut latest);
            for (id, key) in keys {
                match key {
                    Some(key) => directory.note(Arc::new(key)),
                    None => directory.doubt(&id),
                }
            }
        }
    }

    /// What is known of a key.
    pub(crate) fn find(&self, id: &AccessKeyId) -> Found {
        match self.keys.get(id).as_deref() {
            Some(Entry::Known(key)) => Found::Known(Arc::clone(key)),
            Some(Entry::Doubtful(doubt)) => Found::Doubtful(*doubt),
            None => Found::Nowhere,
        }
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

impl Engine {
    /// A key as each call must see it: as it is at this moment.
    pub(crate) async fn key_at_hand(&self, id: &AccessKeyId) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        let Some(directory) = self.directory() else { return self.key_in_database(id).await };
        match directory.find(id) {
            Found::Known(key) => Ok(Some(key)),
            Found::Nowhere => Ok(None),
            Found::Doubtful(doubt) => {
                let key = self.key_in_database(id).await?;
                directory.settle(id, doubt, key.clone());
                Ok(key)
            }
        }
    }

    /// The client of a token, unless the token was revoked.
    pub(crate) async fn client_of_token(
        &self,
        client: &AccessKeyId,
        token_id: &str,
    ) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        match self.directory() {
            Some(directory) if directory.is_revoked(token_id) => Ok(None),
            Some(_) => self.key_at_hand(client).await,
            None => {
                let mut reader = self.reader().await?;
                Ok(access_keys::by_unrevoked_token(&mut reader, client, token_id).await?.map(Arc::new))
            }
        }
    }

    async fn key_in_database(&self, id: &AccessKeyId) -> Result<Option<Arc<KeyRecord>>, StorageError> {
        Ok(access_keys::by_id(&mut *self.reader().await?, id).await?.map(Arc::new))
    }

    /// Commits a change of a key, which every call sees from then on. It runs to its end even if nobody waits for it any
    /// more: what the database has taken must not be missing in memory.
    pub(crate) async fn commit_for_calls(
        &self,
        change: Transaction<'static, Any>,
        key: Arc<KeyRecord>,
    ) -> Result<(), StorageError> {
        let engine = self.clone();
        let committing = tokio::spawn(async move {
            let committed = change.commit().await;
            if let Some(directory) = engine.directory() {
                match committed {
                    Ok(()) => directory.note(key),
                    // It may have been taken all the same.
                    Err(_) => directory.doubt(&key.id),
                }
            }
            committed
        });
        Ok(committing.await.map_err(|_| sqlx::Error::WorkerCrashed)??)
    }

    /// Has each call see what a transaction has changed of a key beside its revision.
    pub(crate) fn doubt_key(&self, id: &AccessKeyId) {
        if let Some(directory) = self.directory() {
            directory.doubt(id);
        }
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
            Found::Doubtful(_) | Found::Nowhere => None,
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
        assert!(matches!(directory.find(&id()), Found::Nowhere));
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
        assert!(matches!(directory.find(&id()), Found::Nowhere));
    }
}
