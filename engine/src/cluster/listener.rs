use futures_util::future::BoxFuture;
use latchkey_model::id::AccessKeyId;
use latchkey_store::StorageError;
use sqlx::AnyConnection;

/// Applies the changes of other nodes to what a service keeps in memory.
///
/// A method that fails is called again with the same change. The default methods do nothing.
pub(crate) trait ChangeListener: Send + Sync {
    /// Discards what is in memory, because changes were missed, and reads what must be known at once.
    fn changes_missed<'a>(&'a self, _: &'a mut AnyConnection) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async { Ok(()) })
    }

    /// Applies a change of an access key.
    fn key_changed<'a>(
        &'a self,
        _: &'a mut AnyConnection,
        _: &'a AccessKeyId,
    ) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async { Ok(()) })
    }

    /// Applies the revocation of a token.
    fn token_revoked<'a>(
        &'a self,
        _: &'a mut AnyConnection,
        _token_id: &'a str,
    ) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async { Ok(()) })
    }

    /// Applies the replacement of all signing keys.
    fn signing_keys_replaced<'a>(&'a self, _: &'a mut AnyConnection) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async { Ok(()) })
    }
}
