use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    name::{InvalidName, KeyName},
};
use thiserror::Error;

use super::State;
use crate::{Engine, KeyManager, NotAllowed, StorageError};

/// Why the name stays.
#[derive(Debug, Error)]
pub enum RenameAccessKeyError {
    /// The new name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// There is no such key, or none that the caller may see, or it is deleted.
    #[error("there is no such key")]
    Unknown,
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Gives a key another name; the history keeps the old one.
    ///
    /// # Errors
    /// [`RenameAccessKeyError`]; nothing is changed then.
    pub async fn rename_access_key<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        name: &str,
    ) -> Result<AccessKey, RenameAccessKeyError> {
        let manager = manager.into();
        let name = KeyName::parse(name)?;
        let mut change = self.change_key(manager, id).await??.ok_or(RenameAccessKeyError::Unknown)?;
        if matches!(change.key.state, State::Deleted { .. }) {
            return Err(RenameAccessKeyError::Unknown);
        }
        if change.key.name == name.as_str() {
            return Ok(change.key.shown(self.now()));
        }
        let old = std::mem::replace(&mut change.key.name, name.into());
        let key = self.commit_key(change, manager, Action::Renamed, Some(&old)).await?;
        Ok(key.shown(self.now()))
    }
}
