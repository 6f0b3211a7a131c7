//! Writes that calls with credentials cause.

use std::sync::Arc;

use latchkey_store::{StorageError, Store, Transaction};
use thiserror::Error;

use crate::concurrency::{ConcurrencyLimit, Overloaded, Permit};

/// How many of these writes run at a time. A change by a person waits for no more than these.
const AT_A_TIME: usize = 4;

/// How many more may wait.
const WAITING: usize = 64;

/// Limits the writes that calls cause. The holder of one good credential can cause any number of them, and SQLite has one writer.
pub(crate) struct CallWrites {
    limit: ConcurrencyLimit,
    store: Arc<Store>,
}

/// Why a write could not begin.
#[derive(Debug, Error)]
pub(crate) enum CallWriteError {
    /// Too many are waiting.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl CallWrites {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { limit: ConcurrencyLimit::new(AT_A_TIME, WAITING), store }
    }

    /// Begins a transaction. Keep the permit until the transaction ends.
    pub(crate) async fn begin(&self) -> Result<(Permit, Transaction), CallWriteError> {
        let permit = self.limit.acquire().await?;
        Ok((permit, self.store.begin().await?))
    }

    /// Refuses all writes until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.limit.fill()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use latchkey_model::access_key::{Activation, Kind};

    use crate::{
        oauth::{ClientAuthentication, RevokeTokenError},
        testing::{ADDRESS, Node},
    };

    #[tokio::test]
    async fn writes_of_calls_do_not_block_changes_by_people() {
        let node = Node::start().await;
        let engine = &node.engine;
        let (session, ana) = node.administrator().await;
        let client = node.create(&ana, Kind::OAuthClient, None).await;
        let key = node.create(&ana, Kind::ApiKey, None).await;
        let secret = client.secret.as_ref().unwrap().expose();
        let proof = ClientAuthentication::Secret { client_id: client.key.id.as_str(), secret };
        let token = engine.oauth.issue_token(&proof, None, ADDRESS).await.unwrap().access_token;

        let all_permits = engine.usage.call_writes().fill();
        let refused = engine.oauth.revoke_token(&proof, token.expose(), ADDRESS).await;
        assert!(matches!(refused, Err(RevokeTokenError::Overloaded(_))));
        engine.verification.verify_api_key(key.secret.as_ref().unwrap().expose(), ADDRESS).await.unwrap();
        node.advance(Duration::from_mins(2));
        assert!(engine.people.authenticate(&session, ADDRESS).await.unwrap().is_some());
        let administrator = ana.administrator().unwrap();
        engine.keys.set_status(&administrator, &client.key.id, Activation::Inactive).await.unwrap();
        engine.keys.set_status(&administrator, &client.key.id, Activation::Active).await.unwrap();

        drop(all_permits);
        engine.oauth.revoke_token(&proof, token.expose(), ADDRESS).await.unwrap();
        engine.usage.flush().await.unwrap();
        let used = engine.keys.get(&ana, &key.key.id).await.unwrap().key;
        assert!(used.first_used.is_some(), "a first use that got no permit is written with the later ones");
        assert_eq!(used.first_used, used.last_used);
    }
}
