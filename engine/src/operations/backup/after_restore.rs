use latchkey_model::{
    access_key::{Action, Kind},
    id::AccessKeyId,
};
use latchkey_store::{
    StorageError,
    access_keys::{self, AccessKeyRow, KeyState},
    audit_records::NewAuditRecord,
    cluster::Announcement,
    dialect::nodes,
    installation, one_time_links, sessions,
};
use sqlx::AnyConnection;
use thiserror::Error;

use crate::{
    Engine,
    audit::LATCHKEY,
    cluster::Confirmation,
    signing::{Rotation, SigningKeysError},
};

/// Why the tokens and keys of a restored database were not ended.
#[derive(Debug, Error)]
pub enum AfterRestoreError {
    /// The signing keys.
    #[error(transparent)]
    SigningKeys(#[from] SigningKeysError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What happens to access tokens, sessions and one-time links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// All of them end.
    End,
    /// They stay valid.
    Keep,
}

/// What happens to the keys that were active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActiveKeys {
    /// Each is deactivated, because some may have been since the backup.
    Deactivate,
    /// They stay active.
    Keep,
}

/// What is done to a restored database.
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
    /// How many clients had their tokens ended.
    pub clients: u64,
    /// How many sessions of members were ended.
    pub sessions: u64,
    /// How many one-time links were ended.
    pub links: u64,
    /// How many keys were deactivated.
    pub deactivated: u64,
    /// The IDs of keys that could not be read. No call with one of them is accepted.
    pub unreadable: Vec<AccessKeyId>,
    /// Where the changes are in force.
    pub confirmation: Confirmation,
}

/// How many keys are read at once.
const READ_AT_ONCE: i64 = 500;

/// Counts the active keys of all organizations.
///
/// # Errors
/// [`StorageError`] if the database does not answer.
pub async fn count_active_keys(engine: &Engine) -> Result<u64, StorageError> {
    access_keys::count_active(&mut *engine.store.reader().await?).await
}

/// Ends the tokens, sessions, links and keys of a restored database that may have been ended since the backup, in one transaction
/// with the audit records. Then creates a new signing key, if tokens are to end.
///
/// # Errors
/// [`AfterRestoreError`]; nothing is changed then, or everything but the signing key. It may be repeated.
pub async fn after_restore(engine: &Engine, what: AfterRestore) -> Result<Ended, AfterRestoreError> {
    let mut change = engine.store.begin().await?;
    // Which assertions were used since the backup is not known.
    installation::record_restore(&mut change, engine.now()).await?;
    let (sessions, links) = match what.tokens {
        Tokens::End => (sessions::delete_all(&mut change).await?, one_time_links::delete_all(&mut change).await?),
        Tokens::Keep => (0, 0),
    };
    let keys = end_keys(engine, &mut change, what).await?;
    let mut latest_change = None;
    for id in &keys.changed {
        // Last: others have a key locked while they wait for the number of their change.
        latest_change = nodes::announce(&mut change, Announcement::Key(id)).await?;
    }
    change.commit().await.map_err(StorageError::from)?;
    keys.changed.iter().for_each(|id| engine.key_cache.invalidate(id));
    if what.tokens == Tokens::End {
        engine.signing_keys.rotate(Rotation::EndingAllTokens).await?;
    }
    let confirmation = engine.cluster.confirm(latest_change).await?;
    let ChangedKeys { clients, deactivated, unreadable, .. } = keys;
    Ok(Ended { clients, sessions, links, deactivated, unreadable, confirmation })
}

async fn end_keys(
    engine: &Engine,
    change: &mut AnyConnection,
    what: AfterRestore,
) -> Result<ChangedKeys, StorageError> {
    let mut keys = ChangedKeys::default();
    let mut latest = String::new();
    loop {
        let page = access_keys::list_after(change, &latest, READ_AT_ONCE).await?;
        let Some((last, _)) = page.last() else { return Ok(keys) };
        last.as_str().clone_into(&mut latest);
        for (id, key) in page {
            match key {
                Some(key) => end_key(engine, change, key, what, &mut keys).await?,
                None => keys.unreadable.push(id),
            }
        }
    }
}

async fn end_key(
    engine: &Engine,
    change: &mut AnyConnection,
    key: AccessKeyRow,
    what: AfterRestore,
    keys: &mut ChangedKeys,
) -> Result<(), StorageError> {
    let ends_tokens = what.tokens == Tokens::End && key.kind() == Kind::OAuthClient;
    let deactivates = what.active_keys == ActiveKeys::Deactivate && key.state == KeyState::Active;
    if !ends_tokens && !deactivates {
        return Ok(());
    }
    let locked = access_keys::lock_for_update(change, &key.organization_id, &key.id).await?;
    let Some(mut key) = locked else { return Ok(()) };
    // One step is enough for both.
    key.generation += 1;
    if deactivates {
        key.state = KeyState::Inactive;
    }
    access_keys::update(change, &key).await?;
    let record = NewAuditRecord {
        organization: &key.organization_id,
        subject: key.id.as_str(),
        revision: key.revision,
        action: if deactivates { Action::Deactivated } else { Action::TokensEnded },
        at: engine.now(),
        by: LATCHKEY,
        from: LATCHKEY.to_owned(),
        detail: None,
    };
    engine.audit.record(change, &record).await?;
    keys.clients += u64::from(ends_tokens);
    keys.deactivated += u64::from(deactivates);
    keys.changed.push(key.id);
    Ok(())
}

/// What was done to keys so far.
#[derive(Default)]
struct ChangedKeys {
    clients: u64,
    deactivated: u64,
    unreadable: Vec<AccessKeyId>,
    changed: Vec<AccessKeyId>,
}
