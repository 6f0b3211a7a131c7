use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
};
use latchkey_store::access_keys::KeyState;
use thiserror::Error;

use super::{Keys, change::KeyChangeError, manager::KeyManager, purge::RESTORABLE_FOR, view::to_view};

/// Why a key was not restored. A key that was deleted more than 30 days ago is unknown.
#[derive(Debug, Error)]
pub enum RestoreAccessKeyError {
    /// The key is not deleted.
    #[error("the key is not deleted")]
    NotDeleted,
    /// The key could not be changed.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

impl Keys {
    /// Restores a deleted key, which is inactive then.
    ///
    /// # Errors
    /// [`RestoreAccessKeyError`]; nothing is changed then.
    pub async fn restore<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
    ) -> Result<AccessKey, RestoreAccessKeyError> {
        let manager = manager.into();
        let mut change = self.begin_change(manager, id).await?;
        let oldest = self.parts.clock.now().minus(RESTORABLE_FOR);
        if matches!(change.key.state, KeyState::Deleted { at } if at <= oldest) {
            return Err(KeyChangeError::Unknown.into());
        }
        change.key.state = change.key.state.restore().map_err(|_| RestoreAccessKeyError::NotDeleted)?;
        let key = self.commit_change(change, manager, Action::Restored, None).await?;
        Ok(to_view(key, self.parts.clock.now()))
    }
}
