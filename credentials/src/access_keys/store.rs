use std::{slice, sync::Arc};

use latchkey_model::{access_key::Action, id::RequestId, scope::Scopes};
use sqlx::{Acquire, AnyConnection};
use tokio::sync::oneshot;

use super::{CreateAccessKeyError, KeyRecord};
use crate::{
    Engine, KeyManager, StorageError,
    audit::Entry,
    key_manager::OwnedKeyManager,
    scopes,
    storage::{Transaction, access_keys, is_duplicate},
};

/// A new key that waits to be stored, and who is told what came of it.
pub(crate) struct Creation {
    manager: OwnedKeyManager,
    key: Arc<KeyRecord>,
    request: Option<RequestId>,
    caller: oneshot::Sender<Outcome>,
}

type Outcome = Result<(), CreateAccessKeyError>;

impl Engine {
    /// Stores a new key with its audit record, in one transaction with others that come at the same time. Once begun,
    /// it is finished, even if the caller goes away.
    ///
    /// # Errors
    /// [`CreateAccessKeyError`]; nothing is stored then.
    pub(super) async fn store(
        &self,
        manager: KeyManager<'_>,
        key: Arc<KeyRecord>,
        request: Option<&RequestId>,
    ) -> Outcome {
        let (caller, outcome) = oneshot::channel();
        self.creations().add(Creation { manager: manager.into(), key, request: request.cloned(), caller })?;
        let engine = self.clone();
        tokio::spawn(async move { engine.store_a_group().await });
        // Nobody tells what came of it only if the task has panicked.
        outcome.await.unwrap_or_else(|_| Err(StorageError::from(sqlx::Error::WorkerCrashed).into()))
    }

    /// Stores those whose turn it is, and tells each what came of its own.
    async fn store_a_group(&self) {
        let Some(_turn) = self.creations().turn().await else { return };
        let begun = self.begin().await;
        // Taken now, and not before: what has come while it waited for the writer goes along.
        let mut group = self.creations().take();
        group.retain(|creation| !creation.caller.is_closed());
        let outcomes = match begun {
            Ok(transaction) => self.commit_group(transaction, &group).await,
            Err(error) => Err(error),
        };
        match outcomes {
            Ok(outcomes) => {
                for (creation, outcome) in group.into_iter().zip(outcomes) {
                    creation.tell(outcome);
                }
            }
            Err(error) => {
                for creation in group {
                    creation.tell(Err(error.clone().into()));
                }
            }
        }
    }

    /// Stores a group.
    ///
    /// # Errors
    /// [`StorageError`] if the whole of it failed: nothing is stored then.
    async fn commit_group(&self, transaction: Transaction, group: &[Creation]) -> Result<Vec<Outcome>, StorageError> {
        match group {
            [alone] => Ok(vec![self.commit_alone(transaction, alone).await?]),
            several => self.commit_several(transaction, several).await,
        }
    }

    async fn commit_alone(&self, mut transaction: Transaction, creation: &Creation) -> Result<Outcome, StorageError> {
        match self.insert(&mut transaction, creation).await {
            Ok(()) => self.commit_keys(transaction, slice::from_ref(&creation.key)).await.map(Ok),
            Err(error) => {
                drop(transaction);
                Ok(Err(creation.explain(error, &mut *self.reader().await?).await))
            }
        }
    }

    /// Each has a savepoint of its own, so that one that fails harms no other.
    async fn commit_several(
        &self,
        mut transaction: Transaction,
        group: &[Creation],
    ) -> Result<Vec<Outcome>, StorageError> {
        let mut outcomes = Vec::with_capacity(group.len());
        let mut stored = Vec::with_capacity(group.len());
        for creation in group {
            let mut savepoint = transaction.begin().await?;
            outcomes.push(match self.insert(&mut savepoint, creation).await {
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
        Ok(outcomes)
    }

    /// Commits a transaction that has stored keys: after this they are there, whoever waits for it.
    async fn commit_keys(&self, transaction: Transaction, stored: &[Arc<KeyRecord>]) -> Result<(), StorageError> {
        self.commit_for_calls(transaction, stored).await?;
        self.creations().count_commit();
        tracing::debug!(keys = stored.len(), "new keys were committed");
        Ok(())
    }

    async fn insert(&self, connection: &mut AnyConnection, creation: &Creation) -> Outcome {
        let Creation { key, request, .. } = creation;
        let manager = creation.manager.borrowed()?;
        manager.lock(connection, self.now()).await??;
        scopes::hold(connection, manager, &key.scopes, &Scopes::default()).await?;
        self.check_room_for_a_key(connection, &key.organization_id).await??;
        access_keys::insert(connection, key, request.as_ref()).await?;
        let entry = Entry::by_manager(manager, key.id.as_str(), Action::Created, key.created_at);
        Ok(self.record(connection, &Entry { revision: key.revision, ..entry }).await?)
    }
}

impl Creation {
    /// A duplicate is a repeated request, or (once in many lifetimes) an ID drawn twice.
    async fn explain(&self, error: CreateAccessKeyError, connection: &mut AnyConnection) -> CreateAccessKeyError {
        let is_duplicate = matches!(
            &error,
            CreateAccessKeyError::Storage(StorageError::Unavailable(error)) if is_duplicate(error)
        );
        let Some(request) = self.request.as_ref().filter(|_| is_duplicate) else { return error };
        match access_keys::id_by_request(connection, &self.key.organization_id, request).await {
            Ok(Some(id)) => CreateAccessKeyError::AlreadyCreated(id),
            Ok(None) => error,
            Err(error) => error.into(),
        }
    }

    /// Tells the caller, who may have gone.
    fn tell(self, outcome: Outcome) {
        let _ = self.caller.send(outcome);
    }
}
