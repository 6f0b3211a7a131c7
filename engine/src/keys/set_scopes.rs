use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    scope::Scopes,
};
use latchkey_store::StorageError;
use thiserror::Error;

use super::{
    Keys,
    change::KeyChangeError,
    manager::KeyManager,
    scopes::{self, ScopeRefused},
    view::to_view,
};

/// Why a key's scopes were not changed.
#[derive(Debug, Error)]
pub enum SetScopesError {
    /// A scope that the key cannot have.
    #[error(transparent)]
    Scope(#[from] ScopeRefused),
    /// The key could not be changed.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

impl From<StorageError> for SetScopesError {
    fn from(error: StorageError) -> Self {
        Self::Change(error.into())
    }
}

impl Keys {
    /// Sets what a key may be used for. Tokens issued before are limited to the new scopes as well.
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
        let mut change = self.begin_change_of_living(manager, id).await?;
        if change.key.scopes == scopes {
            return Ok(to_view(change.key, self.parts.clock.now()));
        }
        let current = &change.key.scopes;
        scopes::check_and_lock::<SetScopesError>(&mut change.transaction, manager, &scopes, current).await?;
        let detail = scopes.to_string();
        change.key.scopes = scopes;
        let key = self.commit_change(change, manager, Action::ScopesChanged, Some(&detail)).await?;
        Ok(to_view(key, self.parts.clock.now()))
    }
}
