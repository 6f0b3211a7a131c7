use latchkey_model::{access_key::AccessKeyDetails, id::AccessKeyId};
use latchkey_store::{
    StorageError,
    access_keys::{self, AuthenticatorRow},
};
use thiserror::Error;

use super::{Keys, history::history_page, manager::KeyViewer, view::to_view};
use crate::paging::PageSize;

/// Why a key was not returned.
#[derive(Debug, Error)]
pub enum GetAccessKeyError {
    /// There is no such key, or the caller may not see it.
    #[error("there is no such key")]
    Unknown,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Keys {
    /// Returns a key with the latest page of its history.
    ///
    /// # Errors
    /// [`GetAccessKeyError`].
    pub async fn get<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        id: &AccessKeyId,
    ) -> Result<AccessKeyDetails, GetAccessKeyError> {
        let mut reader = self.parts.store.reader().await?;
        let organization = viewer.into().organization_id;
        let key = access_keys::find(&mut reader, organization, id).await?.ok_or(GetAccessKeyError::Unknown)?;
        let history = history_page(&mut reader, organization, id, None, PageSize::DEFAULT).await?;
        let public_key = match &key.authenticator {
            AuthenticatorRow::Secret { .. } => None,
            AuthenticatorRow::KeyPair(public_key) => Some(public_key.clone().into()),
        };
        let key = to_view(self.parts.usage.with_latest_use(key), self.parts.clock.now());
        Ok(AccessKeyDetails { key, public_key, history })
    }
}
