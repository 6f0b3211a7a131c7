use std::time::Duration;

use futures_util::future::BoxFuture;
use latchkey_model::id::AccessKeyId;
use latchkey_store::{StorageError, access_keys};
use sqlx::AnyConnection;
use tokio::time::timeout;

use super::{Usage, last_used_buffer::Call};
use crate::{call_writes::CallWriteError, cluster::ChangeListener, key_cache::CachedKey};

/// How many uses are written in one transaction. A change by a person waits for it.
const BATCH: usize = 500;

/// How long a call waits until the first use of its key is written.
const FIRST_USE_TIMEOUT: Duration = Duration::from_secs(1);

impl Usage {
    /// Writes the first use of a key and returns whether that succeeded in time.
    pub(super) async fn write_first_use_or_warn(&self, key: &CachedKey, first: Call) -> bool {
        let id = &key.id;
        match timeout(FIRST_USE_TIMEOUT, self.write_first_use(key, first)).await {
            Ok(Ok(())) => return true,
            Ok(Err(CallWriteError::Storage(StorageError::ReadOnly))) => {}
            Ok(Err(error)) => {
                tracing::warn!(key = %id, error = &error as &dyn std::error::Error, "a first use was not written at once");
            }
            Err(_) => tracing::warn!(key = %id, "a first use was not written in time"),
        }
        false
    }

    async fn write_first_use(&self, key: &CachedKey, first: Call) -> Result<(), CallWriteError> {
        let (_permit, mut change) = self.call_writes.begin().await?;
        access_keys::record_first_use(&mut change, &key.id, &first.into()).await?;
        change.commit().await.map_err(StorageError::from)?;
        key.set_first_use_written();
        Ok(())
    }

    /// Writes the buffered uses, many in one transaction. What could not be written stays in the buffer.
    pub(crate) async fn flush(&self) -> Result<(), StorageError> {
        for batch in self.buffer.entries().chunks(BATCH) {
            let mut change = self.store.begin().await?;
            for (key, call) in batch {
                access_keys::record_last_use(&mut change, key, &(*call).into()).await?;
            }
            change.commit().await?;
            self.buffer.remove(batch);
        }
        Ok(())
    }

    /// Writes the buffered uses, or logs why that failed.
    pub(crate) async fn flush_or_warn(&self) {
        if let Err(error) = self.flush().await
            && !error.is_read_only()
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "last uses could not be written yet");
        }
    }

    async fn flush_key_or_warn(&self, connection: &mut AnyConnection, key: &AccessKeyId) {
        let Some(call) = self.buffer.latest(key) else { return };
        match access_keys::record_last_use(connection, key, &call.into()).await {
            Ok(()) => self.buffer.remove(&[(key.clone(), call)]),
            Err(StorageError::ReadOnly) => {}
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the last use of a key could not be written yet"
                );
            }
        }
    }
}

impl ChangeListener for Usage {
    /// Writes the last use of a changed key before the change is confirmed, so that the administrator who deactivates a key sees
    /// the last call that any node accepted.
    fn key_changed<'a>(
        &'a self,
        connection: &'a mut AnyConnection,
        id: &'a AccessKeyId,
    ) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async {
            self.flush_key_or_warn(connection, id).await;
            Ok(())
        })
    }
}
