use latchkey_model::{access_key::Action, id::AccessKeyId};
use latchkey_store::{
    StorageError, Transaction,
    access_keys::{self, AccessKeyRow, KeyState},
    audit_records::NewAuditRecord,
    cluster::ChangeNumber,
};
use thiserror::Error;

use super::{Keys, manager::KeyManager};
use crate::people::NotAllowed;

/// Why a key was not changed. Every operation that changes one key can fail so.
#[derive(Debug, Error)]
pub enum KeyChangeError {
    /// There is no such key, or the caller may not see it, or it is deleted.
    #[error("there is no such key")]
    Unknown,
    /// The caller has lost the right while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A change of one key, whose row is locked until this is committed or dropped.
pub(super) struct KeyChange {
    pub(super) transaction: Transaction,
    /// The key, with its revision already raised.
    pub(super) key: AccessKeyRow,
}

impl Keys {
    /// Locks a key of the manager's organization to change it, if the manager still may.
    pub(super) async fn begin_change(
        &self,
        manager: KeyManager<'_>,
        id: &AccessKeyId,
    ) -> Result<KeyChange, KeyChangeError> {
        let mut transaction = self.parts.store.begin().await?;
        manager.check_and_lock::<KeyChangeError>(&mut transaction, self.parts.clock.now()).await?;
        let key = access_keys::lock_for_update(&mut transaction, manager.organization_id, id).await?;
        Ok(KeyChange { transaction, key: key.ok_or(KeyChangeError::Unknown)? })
    }

    /// Locks a key that is not deleted. Otherwise as [`Keys::begin_change`].
    pub(super) async fn begin_change_of_living(
        &self,
        manager: KeyManager<'_>,
        id: &AccessKeyId,
    ) -> Result<KeyChange, KeyChangeError> {
        let change = self.begin_change(manager, id).await?;
        if matches!(change.key.state, KeyState::Deleted { .. }) { Err(KeyChangeError::Unknown) } else { Ok(change) }
    }

    /// Commits the changed key with its audit record. Returns once every node has applied it, if they can be asked.
    pub(super) async fn commit_change(
        &self,
        change: KeyChange,
        manager: KeyManager<'_>,
        action: Action,
        detail: Option<&str>,
    ) -> Result<AccessKeyRow, KeyChangeError> {
        let (key, number) = self.commit_unconfirmed(change, manager, action, detail).await?;
        if let Err(error) = self.parts.cluster.confirm(number).await {
            tracing::warn!(key = %key.id, error = &error as &dyn std::error::Error, "a change was made and not confirmed");
        }
        Ok(key)
    }

    /// Commits the changed key with its audit record, and does not wait for other nodes.
    pub(super) async fn commit_unconfirmed(
        &self,
        mut change: KeyChange,
        manager: KeyManager<'_>,
        action: Action,
        detail: Option<&str>,
    ) -> Result<(AccessKeyRow, Option<ChangeNumber>), KeyChangeError> {
        access_keys::update(&mut change.transaction, &change.key).await?;
        let record = manager.audit_record(change.key.id.as_str(), action, self.parts.clock.now());
        let record = NewAuditRecord { revision: change.key.revision, detail, ..record };
        self.parts.audit.record(&mut change.transaction, &record).await?;
        let number = self.parts.key_cache.commit(change.transaction, &[&change.key]).await?;
        Ok((change.key, number))
    }
}
