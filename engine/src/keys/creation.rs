use std::sync::Arc;

use latchkey_model::id::RequestId;
use latchkey_store::{
    StorageError,
    access_keys::{self, AccessKeyRow},
    is_duplicate,
};
use sqlx::AnyConnection;
use tokio::sync::oneshot;

use super::{create_error::CreateAccessKeyError, manager::OwnedKeyManager};

/// A new key that waits to be stored, and where to send the result.
pub(super) struct Creation {
    pub(super) manager: OwnedKeyManager,
    pub(super) key: Arc<AccessKeyRow>,
    pub(super) request: Option<RequestId>,
    pub(super) caller: oneshot::Sender<CreationResult>,
}

pub(super) type CreationResult = Result<(), CreateAccessKeyError>;

impl Creation {
    /// Explains a duplicate: a repeated request, or (once in many lifetimes) an ID drawn twice.
    pub(super) async fn explain(
        &self,
        error: CreateAccessKeyError,
        connection: &mut AnyConnection,
    ) -> CreateAccessKeyError {
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

    /// Sends the result to the caller, who may have gone away.
    pub(super) fn send(self, result: CreationResult) {
        let _ = self.caller.send(result);
    }
}
