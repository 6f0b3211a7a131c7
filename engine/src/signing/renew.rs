use std::time::Duration;

use futures_util::future::BoxFuture;
use latchkey_model::timestamp::Timestamp;
use latchkey_store::{LockedTable, StorageError, signing_keys};
use sqlx::AnyConnection;

use super::{SigningKeys, error::SigningKeysError};
use crate::cluster::ChangeListener;

/// How often tokens of unknown keys cause a query at most, because such tokens can be made up by anyone.
const CATCH_UP_INTERVAL: Duration = Duration::from_secs(1);

impl SigningKeys {
    /// Creates the next key if it is due, removes those whose last token has ended, and takes in what other processes have made.
    ///
    /// # Errors
    /// [`SigningKeysError`]; tokens are then signed as before.
    pub async fn renew(&self) -> Result<(), SigningKeysError> {
        let _lock = self.caught_up_at.lock().await;
        let mut change = self.store.begin_locking(LockedTable::SigningKeys).await?;
        let ring = self.source.bring_up_to_date(&mut change, self.clock.now()).await?;
        change.commit().await.map_err(StorageError::from)?;
        self.set_key_ring(ring);
        Ok(())
    }

    /// Renews the keys, or reads them if the database is read-only, because another node may have made the next key before.
    pub(crate) async fn renew_or_warn(&self) {
        let mut renewed = self.renew().await;
        if renewed.as_ref().is_err_and(SigningKeysError::is_read_only) {
            renewed = self.read().await;
        }
        if let Err(error) = renewed {
            tracing::warn!(error = &error as &dyn std::error::Error, "the signing keys could not be renewed");
        }
    }

    async fn read(&self) -> Result<(), SigningKeysError> {
        let mut reader = self.store.primary_reader().await?;
        self.reload(&mut reader).await
    }

    /// Reads the keys because of a token whose key is not known here: another process may have made it.
    pub(crate) async fn catch_up(&self) -> Result<(), SigningKeysError> {
        let mut caught_up_at = self.caught_up_at.lock().await;
        let elapsed = |since: Timestamp| Duration::from_millis(self.clock.now().0.abs_diff(since.0));
        if caught_up_at.is_some_and(|at| elapsed(at) < CATCH_UP_INTERVAL) {
            return Ok(());
        }
        let rows = async { signing_keys::list(&mut *self.store.primary_reader().await?).await }.await;
        *caught_up_at = Some(self.clock.now());
        self.set_key_ring(self.source.open(rows?)?);
        Ok(())
    }

    async fn reload(&self, connection: &mut AnyConnection) -> Result<(), SigningKeysError> {
        let _lock = self.caught_up_at.lock().await;
        self.set_key_ring(self.source.open(signing_keys::list(connection).await?)?);
        Ok(())
    }
}

impl ChangeListener for SigningKeys {
    fn changes_missed<'a>(&'a self, connection: &'a mut AnyConnection) -> BoxFuture<'a, Result<(), StorageError>> {
        self.signing_keys_replaced(connection)
    }

    fn signing_keys_replaced<'a>(
        &'a self,
        connection: &'a mut AnyConnection,
    ) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async { self.reload(connection).await.map_err(unreadable) })
    }
}

/// A node with another sealing key cannot apply announced signing keys, and so never becomes current again.
fn unreadable(error: SigningKeysError) -> StorageError {
    match error {
        SigningKeysError::Storage(error) => error,
        SigningKeysError::NotMade | SigningKeysError::WrongSealingKey => StorageError::Corrupt("signing key"),
    }
}
