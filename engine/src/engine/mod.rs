//! Opens, wires and closes the services.

mod open;

use std::sync::Arc;

use latchkey_model::{id::InstallationId, timestamp::Timestamp};
use latchkey_store::{StorageError, Store};

use crate::{
    Statistics, audit::AuditLog, cluster::Cluster, key_cache::KeyCache, keys::Keys, oauth::OAuth, people::People,
    refusal_log::RefusalLog, signing::SigningKeys, time::Clock, usage::Usage, verification::Verification,
};

/// What a ready process can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Everything.
    Ready,
    /// Verify credentials and show stored data. The database is read-only.
    ReadOnly,
}

/// The services of Latchkey, opened on one database. Clones share them.
#[derive(Clone)]
pub struct Engine {
    /// Access keys and scopes.
    pub keys: Arc<Keys>,
    /// Members, sessions, passwords and one-time links.
    pub people: Arc<People>,
    /// Verifying presented credentials.
    pub verification: Arc<Verification>,
    /// Issuing, introspecting and revoking access tokens.
    pub oauth: Arc<OAuth>,
    /// The keys that sign access tokens.
    pub signing_keys: Arc<SigningKeys>,
    /// The keys in memory.
    pub key_cache: Arc<KeyCache>,
    /// The log of refused calls.
    pub refusal_log: Arc<RefusalLog>,
    pub(crate) usage: Arc<Usage>,
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) audit: Arc<AuditLog>,
    pub(crate) store: Arc<Store>,
    clock: Arc<dyn Clock>,
    issuer: Arc<str>,
    installation_id: InstallationId,
}

impl Engine {
    /// Writes what is still in memory and closes the database.
    pub async fn close(&self) {
        self.usage.flush_or_warn().await;
        self.cluster.leave().await;
        self.store.close().await;
    }

    /// Checks whether this process may verify credentials. With SQLite, the database is asked. A node on PostgreSQL asks by itself
    /// several times a second, and goes on for as long as the operator allows: a short failover is no reason to send callers away
    /// from every node at once.
    ///
    /// # Errors
    /// [`StorageError`] if not.
    pub async fn check_ready(&self) -> Result<Readiness, StorageError> {
        self.cluster.require_current()?;
        if !self.cluster.has_other_nodes() {
            sqlx::query("SELECT 1").execute(&mut *self.store.reader().await?).await?;
            self.store.check_gate().await?;
        }
        Ok(if self.is_read_only() { Readiness::ReadOnly } else { Readiness::Ready })
    }

    /// Returns whether the database is known to be read-only.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.store.gate().is_closed()
    }

    /// Returns why the database could not be queried the last time, in words for the log; `None` if it could.
    #[must_use]
    pub fn database_failure(&self) -> Option<String> {
        self.store.last_failure()
    }

    /// Returns whether what is kept in memory is known to be current.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.cluster.is_current()
    }

    /// Returns the public URL, without a slash at the end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the installation's ID, which is the same on all nodes for as long as the database exists.
    #[must_use]
    pub fn installation_id(&self) -> &InstallationId {
        &self.installation_id
    }

    /// Returns the current time by the engine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the numbers of the engine. It does not query the database and blocks nothing.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        Statistics {
            secrets_known: self.verification.known_secret_count(),
            secrets_hashed: self.verification.hashed_secret_count(),
            secret_hashes: self.verification.secret_hash_count(),
            password_hashes: self.people.password_hash_count(),
            tokens_revoked: self.oauth.revoked_token_count(),
            secret_queue: self.verification.secret_queue(),
            password_queue: self.people.password_queue(),
            cluster: self.cluster.progress(),
            connections: self.store.connections(),
            database_requests: self.store.request_count(),
            creation_commits: self.keys.creation_commits(),
            is_read_only: self.is_read_only(),
        }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_model::access_key::{CreateAccessKey, Kind};
    use sqlx::Executor;

    use super::*;
    use crate::{keys::CreateAccessKeyError, testing::Node};

    #[tokio::test]
    async fn changes_succeed_again_after_the_disk_was_full() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        node.engine.store.writer().await.unwrap().execute("PRAGMA max_page_count = 1").await.unwrap();
        let create = async |number: usize| {
            let request =
                CreateAccessKey { name: format!("{number} {}", "x".repeat(80)), ..node.creation(Kind::ApiKey) };
            node.engine.keys.create(&ana.administrator().unwrap(), &request).await
        };
        let mut created = 0;
        while create(created).await.is_ok() {
            created += 1;
            assert!(created < 10_000, "the disk is never full");
        }
        node.engine.store.writer().await.unwrap().execute("PRAGMA max_page_count = 1000000").await.unwrap();
        create(created).await.unwrap();
    }

    #[tokio::test]
    async fn a_read_only_file_refuses_changes_and_is_ready_to_verify() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        let ready = async || node.engine.check_ready().await.unwrap();
        let create =
            async || node.engine.keys.create(&ana.administrator().unwrap(), &node.creation(Kind::ApiKey)).await;
        node.engine.store.writer().await.unwrap().execute("PRAGMA query_only = ON").await.unwrap();
        let refused = create().await;
        assert!(matches!(refused, Err(CreateAccessKeyError::Storage(StorageError::ReadOnly))), "{refused:?}");
        assert_eq!(ready().await, Readiness::ReadOnly);
        node.engine.store.writer().await.unwrap().execute("PRAGMA query_only = OFF").await.unwrap();
        create().await.unwrap();
        assert_eq!(ready().await, Readiness::Ready);
    }
}
