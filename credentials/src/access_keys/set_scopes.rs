use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    scope::Scopes,
};
use thiserror::Error;

use super::State;
use crate::{
    Engine, KeyManager, NotAllowed, StorageError,
    scopes::{self, CannotCarry, ScopeRefused},
};

/// Why a key's scopes stay.
#[derive(Debug, Error)]
pub enum SetScopesError {
    /// There is no such key, or none that the caller may see, or it is deleted.
    #[error("there is no such key")]
    Unknown,
    /// A scope that the key is not given.
    #[error(transparent)]
    Scope(#[from] ScopeRefused),
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CannotCarry> for SetScopesError {
    fn from(reason: CannotCarry) -> Self {
        match reason {
            CannotCarry::Refused(scope) => Self::Scope(scope),
            CannotCarry::Storage(error) => Self::Storage(error),
        }
    }
}

impl Engine {
    /// Sets what a key may be used for. Tokens that it got before are worth no more than its scopes are now.
    ///
    /// # Errors
    /// [`SetScopesError`]; nothing is changed then.
    pub async fn set_scopes<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        scopes: Scopes,
    ) -> Result<AccessKey, SetScopesError> {
        let manager = manager.into();
        let mut change = self.change_key(manager, id).await??.ok_or(SetScopesError::Unknown)?;
        if matches!(change.key.state, State::Deleted { .. }) {
            return Err(SetScopesError::Unknown);
        }
        if change.key.scopes == scopes {
            return Ok(change.key.shown(self.now()));
        }
        scopes::hold(&mut change.transaction, manager, &scopes, &change.key.scopes).await?;
        let detail = scopes.to_string();
        change.key.scopes = scopes;
        let key = self.commit_key(change, manager, Action::ScopesChanged, Some(&detail)).await?;
        Ok(key.shown(self.now()))
    }
}
