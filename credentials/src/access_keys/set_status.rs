use latchkey_model::{
    access_key::{AccessKey, Action, Activation, KeyStatus},
    id::AccessKeyId,
};
use thiserror::Error;

use crate::{Engine, KeyManager, NotAllowed, StorageError, scopes::ScopeRefused};

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
    /// Activates or deactivates a key, from the next request on. Repeating a status changes nothing.
    ///
    /// # Errors
    /// [`SetStatusError`]; nothing is changed then.
    pub async fn set_access_key_status<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        status: Activation,
    ) -> Result<AccessKey, SetStatusError> {
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
            return Ok(change.key.shown(self.now()));
        }
        if status == Activation::Active {
            manager.may_grant(change.key.scopes.iter())?;
        }
        change.key.state = state;
        if status == Activation::Inactive {
            change.key.generation += 1;
        }
        let key = self.commit_key(change, manager, action, None).await?;
        Ok(self.with_latest_use(key).shown(self.now()))
    }
}
