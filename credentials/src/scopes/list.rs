use latchkey_model::scope::{BuiltInScope, ScopeList};

use crate::{Caller, Engine, StorageError, storage::scopes};

impl Engine {
    /// The scopes that keys of the caller's organization can carry: its own by name, then the built-in ones.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn list_scopes(&self, caller: &Caller) -> Result<ScopeList, StorageError> {
        let mut list = scopes::list(&mut *self.reader().await?, &caller.organization_id).await?;
        list.extend(BuiltInScope::ALL.map(Into::into));
        Ok(ScopeList { scopes: list })
    }
}
