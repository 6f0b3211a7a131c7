use latchkey_model::{access_key::Action, scope::ScopeName};
use latchkey_store::{StorageError, access_keys, scopes};
use thiserror::Error;

use crate::{
    keys::Keys,
    people::{self, Administrator, NotAllowed},
};

/// Why a scope was not deleted.
#[derive(Debug, Error)]
pub enum DeleteScopeError {
    /// There is no such scope, or it is built in.
    #[error("there is no such scope")]
    Unknown,
    /// Keys have it, including deleted ones that can be restored.
    #[error("{keys} keys use {name}")]
    InUse {
        /// The scope.
        name: ScopeName,
        /// How many keys have it.
        keys: usize,
    },
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Keys {
    /// Deletes a scope that no key has, so that what a key may do does not change unnoticed.
    ///
    /// # Errors
    /// [`DeleteScopeError`]; nothing is changed then.
    pub async fn delete_scope(
        &self,
        administrator: &Administrator<'_>,
        name: &ScopeName,
    ) -> Result<(), DeleteScopeError> {
        let organization = &administrator.organization_id;
        let mut change = self.parts.store.begin().await?;
        people::check_and_lock::<DeleteScopeError>(&mut change, administrator).await?;
        if scopes::lock_for_update(&mut change, organization, [name]).await?.is_empty() {
            return Err(DeleteScopeError::Unknown);
        }
        match access_keys::count_with_scope(&mut change, organization, name).await? {
            0 => {}
            keys => return Err(DeleteScopeError::InUse { name: name.clone(), keys }),
        }
        scopes::delete(&mut change, organization, name).await?;
        let record = administrator.audit_record(name.as_str(), Action::ScopeDeleted, self.parts.clock.now());
        self.parts.audit.record(&mut change, &record).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }
}
