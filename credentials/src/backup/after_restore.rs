use latchkey_model::{
    access_key::{Action, Kind},
    id::AccessKeyId,
};
use sqlx::AnyConnection;
use thiserror::Error;

use crate::{
    Confirmation, Engine, StorageError,
    access_keys::{KeyRecord, State},
    audit::{Entry, LATCHKEY},
    propagation::Changed,
    signing::{Rotation, SigningKeysError},
    storage::{access_keys, installation, one_time_links, sessions},
};

/// Why what a restored database has revived was not ended.
#[derive(Debug, Error)]
pub enum AfterRestoreError {
    /// The signing keys.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What becomes of access tokens, sessions and one-time links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// All of them end.
    End,
    /// They are what they were.
    Keep,
}

/// What becomes of the keys that were active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActiveKeys {
    /// Each is deactivated: some may have been since, and nobody can tell which.
    Deactivate,
    /// They are active.
    Keep,
}

/// What is done to a database that has come back from the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AfterRestore {
    /// Tokens, sessions and links.
    pub tokens: Tokens,
    /// Active keys.
    pub active_keys: ActiveKeys,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Clients whose tokens have ended.
    pub clients: u64,
    /// Sessions of members.
    pub sessions: u64,
    /// Links to set up, to join, or to choose a new password.
    pub links: u64,
    /// Keys that were active and are inactive.
    pub deactivated: u64,
    /// Keys that could not be read, by their IDs. No call with one of them is judged good.
    pub unreadable: Vec<AccessKeyId>,
    /// Where the changes are in force.
    pub confirmation: Confirmation,
}

/// How many keys are read at once.
const READ_AT_ONCE: i64 = 500;

impl Engine {
    /// How many keys are active, in all organizations.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn count_active_keys(&self) -> Result<u64, StorageError> {
        access_keys::count_active(&mut *self.reader().await?).await
    }

    /// Ends what a restored database has revived, in one transaction with its audit records; then makes a new signing key, if
    /// tokens are to end.
    ///
    /// # Errors
    /// [`AfterRestoreError`]: nothing is changed then, or all but the signing key. It may be done again.
    pub async fn after_restore(&self, what: AfterRestore) -> Result<Ended, AfterRestoreError> {
        let mut change = self.begin().await?;
        // Which assertions were used since the backup, nobody knows.
        installation::note_restore(&mut change, self.now()).await?;
        let (sessions, links) = match what.tokens {
            Tokens::End => (sessions::delete_all(&mut change).await?, one_time_links::delete_all(&mut change).await?),
            Tokens::Keep => (0, 0),
        };
        let keys = self.end_keys(&mut change, what).await?;
        let mut latest_change = None;
        for id in &keys.changed {
            // Last: others hold a key of their own while they wait for the number of their change.
            latest_change = self.announce(&mut change, Changed::Key(id)).await?;
        }
        change.commit().await.map_err(StorageError::from)?;
        keys.changed.iter().for_each(|id| self.directory().doubt(id));
        if what.tokens == Tokens::End {
            self.rotate_signing_keys(Rotation::EndingAllTokens).await?;
        }
        let confirmation = self.confirm(latest_change).await?;
        let ChangedKeys { clients, deactivated, unreadable, .. } = keys;
        Ok(Ended { clients, sessions, links, deactivated, unreadable, confirmation })
    }

    async fn end_keys(&self, change: &mut AnyConnection, what: AfterRestore) -> Result<ChangedKeys, StorageError> {
        let mut keys = ChangedKeys::default();
        let mut latest = String::new();
        loop {
            let page = access_keys::living_after(change, &latest, READ_AT_ONCE).await?;
            let Some((last, _)) = page.last() else { return Ok(keys) };
            last.as_str().clone_into(&mut latest);
            for (id, key) in page {
                match key {
                    Some(key) => self.end_key(change, key, what, &mut keys).await?,
                    None => keys.unreadable.push(id),
                }
            }
        }
    }

    async fn end_key(
        &self,
        change: &mut AnyConnection,
        key: KeyRecord,
        what: AfterRestore,
        keys: &mut ChangedKeys,
    ) -> Result<(), StorageError> {
        let ends_tokens = what.tokens == Tokens::End && key.kind() == Kind::OAuthClient;
        let deactivates = what.active_keys == ActiveKeys::Deactivate && key.state == State::Active;
        if !ends_tokens && !deactivates {
            return Ok(());
        }
        let taken = access_keys::take_for_change(change, &key.organization_id, &key.id).await?;
        let Some(mut key) = taken else { return Ok(()) };
        // One step is enough, whichever asks for it.
        key.generation += 1;
        if deactivates {
            key.state = State::Inactive;
        }
        access_keys::update(change, &key).await?;
        let entry = Entry {
            organization: &key.organization_id,
            subject: key.id.as_str(),
            revision: key.revision,
            action: if deactivates { Action::Deactivated } else { Action::TokensEnded },
            at: self.now(),
            by: LATCHKEY,
            from: LATCHKEY.to_owned(),
            detail: None,
        };
        self.record(change, &entry).await?;
        keys.clients += u64::from(ends_tokens);
        keys.deactivated += u64::from(deactivates);
        keys.changed.push(key.id);
        Ok(())
    }
}

/// What was done to keys so far.
#[derive(Default)]
struct ChangedKeys {
    clients: u64,
    deactivated: u64,
    unreadable: Vec<AccessKeyId>,
    changed: Vec<AccessKeyId>,
}
