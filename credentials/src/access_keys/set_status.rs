use std::time::Duration;

use latchkey_model::{
    access_key::{Action, Activation, KeyStatus, Kind, StatusSet},
    id::AccessKeyId,
};
use thiserror::Error;

use super::KeyRecord;
use crate::{Confirmation, Engine, KeyManager, NotAllowed, StorageError, scopes::ScopeRefused, storage::access_keys};

/// Why the status stays.
#[derive(Debug, Error)]
pub enum SetStatusError {
    /// There is no such key, or none that the caller may see, or it is deleted.
    #[error("there is no such key")]
    Unknown,
    /// The key's time is over: activating it would change nothing.
    #[error("the key has expired")]
    Expired,
    /// The key carries a built-in scope, which a credential cannot bring to life.
    #[error(transparent)]
    Scope(#[from] ScopeRefused),
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Activates or deactivates a key, from the next request on, and returns once every node that lives goes by it, or after
    /// two seconds. Repeating a status changes nothing, and is confirmed anew.
    ///
    /// # Errors
    /// [`SetStatusError`]; nothing is changed then, or (if the database failed at the end) it may have been.
    pub async fn set_access_key_status<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        status: Activation,
    ) -> Result<StatusSet, SetStatusError> {
        let manager = manager.into();
        let mut change = self.change_key(manager, id).await??.ok_or(SetStatusError::Unknown)?;
        if status == Activation::Active && change.key.status(self.now()) == KeyStatus::Expired {
            return Err(SetStatusError::Expired);
        }
        let (state, action) = match status {
            Activation::Active => (change.key.state.activate(), Action::Activated),
            Activation::Inactive => (change.key.state.deactivate(), Action::Deactivated),
        };
        let state = state.map_err(|_| SetStatusError::Unknown)?;
        if state == change.key.state {
            let key = change.key;
            drop(change.transaction);
            return Ok(self.status_set(key, status, self.confirm_all().await?).await?);
        }
        if status == Activation::Active {
            manager.may_grant(change.key.scopes.iter())?;
        }
        change.key.state = state;
        match status {
            Activation::Active => change.key.activated_at = Some(self.now()),
            Activation::Inactive => change.key.generation += 1,
        }
        let (key, number) = self.commit_key_alone(change, manager, action, None).await?;
        Ok(self.status_set(key, status, self.confirm(number).await?).await?)
    }

    async fn status_set(
        &self,
        key: KeyRecord,
        status: Activation,
        Confirmation { applied, pending, at }: Confirmation,
    ) -> Result<StatusSet, StorageError> {
        // Read again: the other nodes have written what they had accepted until then.
        let key = match self.node() {
            Some(_) => access_keys::by_id(&mut *self.reader().await?, &key.id).await?.unwrap_or(key),
            None => key,
        };
        let key = self.with_latest_use(key);
        let ends_tokens = status == Activation::Inactive && key.kind() == Kind::OAuthClient && key.first_used.is_some();
        let lifetime = key.token_lifetime.map(|lifetime| Duration::from_secs(u64::from(lifetime.seconds())));
        let tokens_end_by = ends_tokens.then(|| at.plus(lifetime.unwrap_or(self.settings().token_lifetime)));
        Ok(StatusSet { key: key.shown(self.now()), applied, pending, applied_at: at, tokens_end_by })
    }
}
