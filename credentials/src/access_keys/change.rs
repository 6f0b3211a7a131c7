use std::sync::Arc;

use latchkey_model::{access_key::Action, id::AccessKeyId};

use super::KeyRecord;
use crate::{
    Engine, KeyManager, NotAllowed, StorageError,
    audit::Entry,
    propagation::ChangeNumber,
    storage::{Transaction, access_keys},
};

/// A key that is being changed: its row is held until this is committed or dropped.
pub(super) struct KeyChange {
    pub(super) transaction: Transaction,
    /// The key, with its revision raised already.
    pub(super) key: KeyRecord,
}

impl Engine {
    /// Takes a key of the manager's organization to change it, if the manager still may.
    pub(super) async fn change_key(
        &self,
        manager: KeyManager<'_>,
        id: &AccessKeyId,
    ) -> Result<Result<Option<KeyChange>, NotAllowed>, StorageError> {
        let mut transaction = self.begin().await?;
        if let Err(not_allowed) = manager.lock(&mut transaction, self.now()).await? {
            return Ok(Err(not_allowed));
        }
        let key = access_keys::take_for_change(&mut transaction, manager.organization_id, id).await?;
        Ok(Ok(key.map(|key| KeyChange { transaction, key })))
    }

    /// Writes the changed key and its audit record, together or not at all. It returns once every node goes by it, if they can
    /// be asked.
    pub(super) async fn commit_key(
        &self,
        change: KeyChange,
        manager: KeyManager<'_>,
        action: Action,
        detail: Option<&str>,
    ) -> Result<KeyRecord, StorageError> {
        let (key, number) = self.commit_key_alone(change, manager, action, detail).await?;
        if let Err(error) = self.confirm(number).await {
            tracing::warn!(key = %key.id, error = &error as &dyn std::error::Error, "a change was made and not confirmed");
        }
        Ok(key)
    }

    /// Writes the changed key and its audit record, together or not at all, and waits for no other node.
    pub(super) async fn commit_key_alone(
        &self,
        mut change: KeyChange,
        manager: KeyManager<'_>,
        action: Action,
        detail: Option<&str>,
    ) -> Result<(KeyRecord, Option<ChangeNumber>), StorageError> {
        access_keys::update(&mut change.transaction, &change.key).await?;
        let entry = Entry::by_manager(manager, change.key.id.as_str(), action, self.now());
        let entry = Entry { revision: change.key.revision, detail, ..entry };
        self.record(&mut change.transaction, &entry).await?;
        let key = Arc::new(change.key);
        let number = self.commit_for_calls(change.transaction, std::slice::from_ref(&key)).await?;
        Ok((Arc::unwrap_or_clone(key), number))
    }
}
