use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    text::nfc,
};
use thiserror::Error;

use crate::{Engine, KeyManager, NotAllowed, StorageError};

/// Why the key stays.
#[derive(Debug, Error)]
pub enum DeleteAccessKeyError {
    /// There is no such key, or none that the caller may see, or it is deleted already.
    #[error("there is no such key")]
    Unknown,
    /// The name that was typed to confirm is another.
    #[error("the name is another")]
    NameDiffers,
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Deletes a key, which ends it and its access tokens at once. It can be restored for 30 days.
    ///
    /// # Errors
    /// [`DeleteAccessKeyError`]; nothing is changed then.
    pub async fn delete_access_key<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        name: &str,
    ) -> Result<AccessKey, DeleteAccessKeyError> {
        let manager = manager.into();
        let mut change = self.change_key(manager, id).await??.ok_or(DeleteAccessKeyError::Unknown)?;
        let state = change.key.state.delete(self.now()).map_err(|_| DeleteAccessKeyError::Unknown)?;
        if change.key.name != *nfc(name.trim()) {
            return Err(DeleteAccessKeyError::NameDiffers);
        }
        change.key.state = state;
        change.key.generation += 1;
        let key = self.commit_key(change, manager, Action::Deleted, None).await?;
        Ok(key.shown(self.now()))
    }
}
