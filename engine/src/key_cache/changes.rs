use futures_util::future::BoxFuture;
use latchkey_model::id::AccessKeyId;
use latchkey_store::{StorageError, access_keys, revoked_tokens};
use sqlx::AnyConnection;

use super::KeyCache;
use crate::cluster::ChangeListener;

impl ChangeListener for KeyCache {
    fn changes_missed<'a>(&'a self, connection: &'a mut AnyConnection) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async {
            self.entries.clear();
            self.read_revoked_tokens(connection).await
        })
    }

    fn key_changed<'a>(
        &'a self,
        connection: &'a mut AnyConnection,
        id: &'a AccessKeyId,
    ) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async {
            match access_keys::by_id(connection, id).await {
                Ok(Some(row)) => self.entries.insert(self.cached(row)),
                Ok(None) => self.entries.remove(std::slice::from_ref(id)),
                Err(StorageError::Corrupt(_)) => self.entries.invalidate(id),
                Err(error) => return Err(error),
            }
            Ok(())
        })
    }

    fn token_revoked<'a>(
        &'a self,
        connection: &'a mut AnyConnection,
        token_id: &'a str,
    ) -> BoxFuture<'a, Result<(), StorageError>> {
        Box::pin(async move {
            if let Some(expires_at) = revoked_tokens::expiry(connection, token_id).await? {
                self.revoked_tokens.insert(token_id.to_owned(), expires_at);
            }
            Ok(())
        })
    }
}
