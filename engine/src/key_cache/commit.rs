use std::sync::Arc;

use latchkey_store::{
    StorageError, Transaction,
    access_keys::AccessKeyRow,
    cluster::{Announcement, ChangeNumber},
    dialect::nodes,
};

use super::KeyCache;

impl KeyCache {
    /// Commits a change of some keys, which every call on this node sees from then on, and announces it to other nodes. It runs to
    /// its end even if the caller goes away, because what the database has taken must not be missing in memory.
    ///
    /// # Errors
    /// [`StorageError`]; the change may or may not have been made.
    pub(crate) async fn commit(
        self: &Arc<Self>,
        mut change: Transaction,
        keys: &[&AccessKeyRow],
    ) -> Result<Option<ChangeNumber>, StorageError> {
        let cache = self.clone();
        let keys: Vec<_> = keys.iter().map(|row| self.cached((*row).clone())).collect();
        let committing = tokio::spawn(async move {
            let mut number = None;
            for key in &keys {
                number = nodes::announce(&mut change, Announcement::Key(&key.id)).await?;
            }
            let committed = change.commit().await;
            for key in keys {
                match committed {
                    Ok(()) => cache.entries.insert(key),
                    // It may have been committed nevertheless.
                    Err(_) => cache.entries.invalidate(&key.id),
                }
            }
            Ok(committed.map(|()| number)?)
        });
        committing.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}
