use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    text::nfc,
};
use thiserror::Error;

use super::{Keys, change::KeyChangeError, manager::KeyManager, view::to_view};

/// Why a key was not deleted.
#[derive(Debug, Error)]
pub enum DeleteAccessKeyError {
    /// The name that was typed to confirm differs.
    #[error("the name differs")]
    NameDiffers,
    /// The key could not be changed.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

impl Keys {
    /// Deletes a key, which ends it and its access tokens at once. It can be restored for 30 days.
    ///
    /// # Errors
    /// [`DeleteAccessKeyError`]; nothing is changed then.
    pub async fn delete<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        name: &str,
    ) -> Result<AccessKey, DeleteAccessKeyError> {
        let manager = manager.into();
        let mut change = self.begin_change(manager, id).await?;
        let now = self.parts.clock.now();
        let state = change.key.state.delete(now).map_err(|_| KeyChangeError::Unknown)?;
        if change.key.name != *nfc(name.trim()) {
            return Err(DeleteAccessKeyError::NameDiffers);
        }
        change.key.state = state;
        change.key.generation += 1;
        let key = self.commit_change(change, manager, Action::Deleted, None).await?;
        Ok(to_view(key, self.parts.clock.now()))
    }
}
