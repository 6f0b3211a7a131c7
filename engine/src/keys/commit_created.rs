use std::{slice, sync::Arc};

use latchkey_model::{access_key::Action, id::RequestId, scope::Scopes};
use latchkey_store::{
    StorageError, Transaction,
    access_keys::{self, AccessKeyRow},
    audit_records::NewAuditRecord,
};
use sqlx::{Acquire, AnyConnection};
use tokio::sync::oneshot;

use super::{
    Keys,
    create_error::CreateAccessKeyError,
    creation::{Creation, CreationResult},
    manager::KeyManager,
    scopes,
};

impl Keys {
    /// Stores a new key with its audit record, in one transaction with others that arrive at the same time. Once begun, it is
    /// finished even if the caller goes away.
    ///
    /// # Errors
    /// [`CreateAccessKeyError`]; nothing is stored then.
    pub(super) async fn store_created(
        self: &Arc<Self>,
        manager: KeyManager<'_>,
        key: Arc<AccessKeyRow>,
        request: Option<&RequestId>,
    ) -> CreationResult {
        let (caller, result) = oneshot::channel();
        self.creations.add(Creation { manager: manager.into(), key, request: request.cloned(), caller })?;
        let keys = self.clone();
        tokio::spawn(async move { keys.store_group().await });
        // The sender is dropped without a result only if the task has panicked.
        result.await.unwrap_or_else(|_| Err(StorageError::from(sqlx::Error::WorkerCrashed).into()))
    }

    /// Stores the next group and sends each creation its result.
    async fn store_group(&self) {
        let Some(_turn) = self.creations.turn().await else { return };
        let begun = self.parts.store.begin().await;
        // Not before: creations that arrived while this waited for the writer are included.
        let mut group = self.creations.next_group();
        group.retain(|creation| !creation.caller.is_closed());
        let results = match begun {
            Ok(transaction) => self.commit_group(transaction, &group).await,
            Err(error) => Err(error),
        };
        match results {
            Ok(results) => {
                for (creation, result) in group.into_iter().zip(results) {
                    creation.send(result);
                }
            }
            Err(error) => {
                for creation in group {
                    creation.send(Err(error.clone().into()));
                }
            }
        }
    }

    /// Stores a group.
    ///
    /// # Errors
    /// [`StorageError`] if all of it failed; nothing is stored then.
    async fn commit_group(
        &self,
        transaction: Transaction,
        group: &[Creation],
    ) -> Result<Vec<CreationResult>, StorageError> {
        match group {
            [single] => Ok(vec![self.commit_single(transaction, single).await?]),
            several => self.commit_several(transaction, several).await,
        }
    }

    async fn commit_single(
        &self,
        mut transaction: Transaction,
        creation: &Creation,
    ) -> Result<CreationResult, StorageError> {
        match self.insert(&mut transaction, creation).await {
            Ok(()) => self.commit_keys(transaction, slice::from_ref(&creation.key)).await.map(Ok),
            Err(error) => {
                drop(transaction);
                Ok(Err(creation.explain(error, &mut *self.parts.store.reader().await?).await))
            }
        }
    }

    /// Uses one savepoint per creation, so that one that fails does not affect the others.
    async fn commit_several(
        &self,
        mut transaction: Transaction,
        group: &[Creation],
    ) -> Result<Vec<CreationResult>, StorageError> {
        let mut results = Vec::with_capacity(group.len());
        let mut stored = Vec::with_capacity(group.len());
        for creation in group {
            let mut savepoint = transaction.begin().await?;
            results.push(match self.insert(&mut savepoint, creation).await {
                Ok(()) => {
                    savepoint.commit().await?;
                    stored.push(creation.key.clone());
                    Ok(())
                }
                Err(error) => {
                    savepoint.rollback().await?;
                    Err(creation.explain(error, &mut transaction).await)
                }
            });
        }
        if !stored.is_empty() {
            self.commit_keys(transaction, &stored).await?;
        }
        Ok(results)
    }

    async fn commit_keys(&self, transaction: Transaction, stored: &[Arc<AccessKeyRow>]) -> Result<(), StorageError> {
        let rows: Vec<&AccessKeyRow> = stored.iter().map(|key| &**key).collect();
        self.parts.key_cache.commit(transaction, &rows).await?;
        self.creations.count_commit();
        tracing::debug!(keys = stored.len(), "new keys were committed");
        Ok(())
    }

    async fn insert(&self, connection: &mut AnyConnection, creation: &Creation) -> CreationResult {
        let Creation { key, request, .. } = creation;
        let manager = creation.manager.borrowed()?;
        let now = self.parts.clock.now();
        manager.check_and_lock::<CreateAccessKeyError>(connection, now).await?;
        scopes::check_and_lock::<CreateAccessKeyError>(connection, manager, &key.scopes, &Scopes::default()).await?;
        let most = self.parts.limits.keys;
        self.key_counts.add::<CreateAccessKeyError>(connection, &key.organization_id, most, now).await?;
        access_keys::insert(connection, key, request.as_ref()).await?;
        let record = manager.audit_record(key.id.as_str(), Action::Created, key.created_at);
        let record = NewAuditRecord { revision: key.revision, ..record };
        Ok(self.parts.audit.record(connection, &record).await?)
    }
}
