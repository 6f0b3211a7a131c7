use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
};
use thiserror::Error;

use super::{RESTORABLE_FOR, State};
use crate::{Engine, KeyManager, NotAllowed, StorageError, sessions::before};

/// Why the key stays deleted.
#[derive(Debug, Error)]
pub enum RestoreAccessKeyError {
    /// There is no such key, or none that the caller may see, or it was deleted more than 30 days ago.
    #[error("there is no such key")]
    Unknown,
    /// The key is not deleted.
    #[error("the key is not deleted")]
    NotDeleted,
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Brings a deleted key back, inactive.
    ///
    /// # Errors
    /// [`RestoreAccessKeyError`]; nothing is changed then.
    pub async fn restore_access_key<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
    ) -> Result<AccessKey, RestoreAccessKeyError> {
        let manager = manager.into();
        let mut change = self.change_key(manager, id).await??.ok_or(RestoreAccessKeyError::Unknown)?;
        let oldest = before(self.now(), RESTORABLE_FOR);
        if matches!(change.key.state, State::Deleted { at } if at <= oldest) {
            return Err(RestoreAccessKeyError::Unknown);
        }
        change.key.state = change.key.state.restore().map_err(|_| RestoreAccessKeyError::NotDeleted)?;
        let key = self.commit_key(change, manager, Action::Restored, None).await?;
        Ok(key.shown(self.now()))
    }
}
