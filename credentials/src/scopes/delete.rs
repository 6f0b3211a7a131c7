use latchkey_model::{access_key::Action, scope::ScopeName};
use thiserror::Error;

use crate::{
    Administrator, Engine, NotAllowed, StorageError,
    audit::Entry,
    members::lock_as_administrator,
    storage::{access_keys, scopes},
};

/// Why a scope stays.
#[derive(Debug, Error)]
pub enum DeleteScopeError {
    /// There is no such scope, or it is built in.
    #[error("there is no such scope")]
    Unknown,
    /// So many keys carry it, deleted ones that can be restored among them.
    #[error("{0} keys carry this scope")]
    Carried(usize),
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Deletes a scope that no key carries: what a key may do does not change behind its back.
    ///
    /// # Errors
    /// [`DeleteScopeError`]; nothing is changed then.
    pub async fn delete_scope(
        &self,
        administrator: &Administrator<'_>,
        name: &ScopeName,
    ) -> Result<(), DeleteScopeError> {
        let organization = &administrator.organization_id;
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        if scopes::take_for_change(&mut change, organization, [name]).await?.is_empty() {
            return Err(DeleteScopeError::Unknown);
        }
        match access_keys::count_carrying(&mut change, organization, name).await? {
            0 => {}
            carried => return Err(DeleteScopeError::Carried(carried)),
        }
        scopes::delete(&mut change, organization, name).await?;
        let entry = Entry::by(administrator, name.as_str(), Action::ScopeDeleted, self.now());
        self.record(&mut change, &entry).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }
}
