use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    name::{InvalidName, KeyName},
};
use thiserror::Error;

use super::{Keys, change::KeyChangeError, manager::KeyManager, view::to_view};

/// Why a key was not renamed.
#[derive(Debug, Error)]
pub enum RenameAccessKeyError {
    /// The new name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The key could not be changed.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

impl Keys {
    /// Renames a key. The history keeps the former name.
    ///
    /// # Errors
    /// [`RenameAccessKeyError`]; nothing is changed then.
    pub async fn rename<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        name: &str,
    ) -> Result<AccessKey, RenameAccessKeyError> {
        let manager = manager.into();
        let name = KeyName::parse(name)?;
        let mut change = self.begin_change_of_living(manager, id).await?;
        if change.key.name == name.as_str() {
            return Ok(to_view(change.key, self.parts.clock.now()));
        }
        let former = std::mem::replace(&mut change.key.name, name.into());
        let key = self.commit_change(change, manager, Action::Renamed, Some(&former)).await?;
        Ok(to_view(key, self.parts.clock.now()))
    }
}
