use latchkey_model::{access_key::AccessKeyDetails, id::AccessKeyId};
use thiserror::Error;

use super::{Proof, history::history};
use crate::{Engine, KeyViewer, StorageError, paging::PageSize, storage::access_keys};

/// Why a key was not shown.
#[derive(Debug, Error)]
pub enum GetAccessKeyError {
    /// There is no such key, or none that the caller may see.
    #[error("there is no such key")]
    Unknown,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// A key and the latest page of its history.
    ///
    /// # Errors
    /// [`GetAccessKeyError`].
    pub async fn access_key<'v>(
        &self,
        viewer: impl Into<KeyViewer<'v>>,
        id: &AccessKeyId,
    ) -> Result<AccessKeyDetails, GetAccessKeyError> {
        let mut reader = self.reader().await?;
        let organization = viewer.into().organization_id;
        let key = access_keys::find(&mut reader, organization, id).await?.ok_or(GetAccessKeyError::Unknown)?;
        let history = history(&mut reader, organization, id, None, PageSize::of(None)).await?;
        let public_key = match &key.proof {
            Proof::Secret(_) => None,
            Proof::KeyPair(public_key) => Some(public_key.clone().into()),
        };
        let key = self.with_latest_use(key).shown(self.now());
        Ok(AccessKeyDetails { key, public_key, history })
    }
}
