use latchkey_model::scope::{BuiltInScope, ScopeList};

use crate::{Engine, KeyViewer, StorageError, storage::scopes};

impl Engine {
    /// The scopes that keys of the viewer's organization can carry: its own by name, then the built-in ones.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn list_scopes<'v>(&self, viewer: impl Into<KeyViewer<'v>>) -> Result<ScopeList, StorageError> {
        let mut list = scopes::list(&mut *self.reader().await?, viewer.into().organization_id).await?;
        list.extend(BuiltInScope::ALL.map(Into::into));
        Ok(ScopeList { scopes: list })
    }
}
