use std::{path::PathBuf, sync::Arc};

use latchkey_model::{id::InstallationId, timestamp::Timestamp};
use latchkey_store::{Location, StorageError, Store, paths::sealing_key_file};

use crate::{
    OpenError, Settings, Statistics,
    audit::AuditLog,
    call_writes::CallWrites,
    cluster::{ChangeListener, Cluster},
    crypto::{
        hashing::Hasher,
        sealing::{SealingKey, SealingKeys},
    },
    installation::obtain_id,
    key_cache::KeyCache,
    keys::{Keys, KeysParts},
    oauth::{OAuth, OAuthParts},
    people::{People, PeopleParts},
    random::Random,
    refusal_log::RefusalLog,
    signing::{OpenSigningKeys, SigningKeys, SigningKeysAtOpening},
    time::Clock,
    usage::Usage,
    verification::{Verification, VerificationParts},
};

/// What a process that may judge credentials can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Everything.
    Ready,
    /// Judge credentials and show what is stored. The database is read-only.
    ReadOnly,
}

/// The services of Latchkey, opened on one database. Clones share them.
#[derive(Clone)]
pub struct Engine {
    /// Access keys and scopes.
    pub keys: Arc<Keys>,
    /// Members, sessions, passwords and one-time links.
    pub people: Arc<People>,
    /// Whether a presented credential is accepted.
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
    /// Opens the database, migrates its schema, and creates on first start what must exist once.
    ///
    /// # Errors
    /// [`OpenError`] tells the operator, in one line, what to change.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        Box::pin(Self::open_with(SigningKeysAtOpening::Kept, settings, clock, random)).await
    }

    /// Opens the database, and may remove the stored signing keys.
    ///
    /// # Errors
    /// [`OpenError`] tells the operator, in one line, what to change.
    pub async fn open_with(
        signing_keys: SigningKeysAtOpening,
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        let store = Arc::new(Store::open(&settings.database).await?);
        let sealing = SealingKeys {
            current: SealingKey::obtain(
                settings.sealing_key.as_ref(),
                file_of_sealing_key(&settings.database).as_deref(),
                &*random,
            )?,
            previous: settings.previous_sealing_key.clone(),
        };
        let installation_id = obtain_id(&store, &*random).await?;
        let node = settings.node.clone();
        let cluster = Arc::new(Cluster::new(store.clone(), clock.clone(), &settings.database, node, &*random));
        let signing_keys = OpenSigningKeys {
            store: store.clone(),
            clock: clock.clone(),
            cluster: cluster.clone(),
            sealing: sealing.clone(),
            policy: settings.signing,
            stored: signing_keys,
        };
        let signing_keys = Arc::new(signing_keys.open().await?);
        let base = Base { store, clock, random, cluster, signing_keys, sealing, installation_id };
        let engine = base.wire(settings);
        engine.start().await?;
        Ok(engine)
    }

    /// Reads what must be known before the first call, and joins the other nodes.
    async fn start(&self) -> Result<(), OpenError> {
        self.key_cache.read_revoked_tokens(&mut *self.store.reader().await?).await?;
        let listeners: [Arc<dyn ChangeListener>; 3] =
            [self.key_cache.clone(), self.usage.clone(), self.signing_keys.clone()];
        self.cluster.set_listeners(listeners.iter().map(Arc::downgrade).collect());
        Ok(self.cluster.join().await?)
    }

    /// Writes what is still in memory and closes the database.
    pub async fn close(&self) {
        self.usage.flush_or_warn().await;
        self.cluster.leave().await;
        self.store.close().await;
    }

    /// Checks whether this process may judge credentials. With SQLite, the database is asked. A node on PostgreSQL asks by itself
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

/// Returns where the sealing key is kept beside a SQLite database.
fn file_of_sealing_key(database_url: &str) -> Option<PathBuf> {
    match Location::parse(database_url).ok()? {
        Location::Sqlite(path) => Some(sealing_key_file(&path)),
        Location::Postgres(_) => None,
    }
}

/// What the services are built on.
struct Base {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    cluster: Arc<Cluster>,
    signing_keys: Arc<SigningKeys>,
    sealing: SealingKeys,
    installation_id: InstallationId,
}

impl Base {
    /// Builds the services, each with what it needs.
    fn wire(self, settings: Settings) -> Engine {
        let Self { store, clock, random, cluster, signing_keys, sealing, installation_id } = self;
        let audit = Arc::new(AuditLog::new(random.clone()));
        let refusal_log = Arc::new(RefusalLog::new(clock.clone()));
        let call_writes = Arc::new(CallWrites::new(store.clone()));
        let secrets = Arc::new(Hasher::for_secrets(random.clone()));
        let key_cache = Arc::new(KeyCache::new(store.clone(), cluster.clone()));
        let usage = Arc::new(Usage::new(store.clone(), clock.clone(), call_writes.clone(), settings.record_last_use));
        let people = People::new(
            PeopleParts {
                store: store.clone(),
                clock: clock.clone(),
                random: random.clone(),
                audit: audit.clone(),
                refusal_log: refusal_log.clone(),
                limits: settings.limits,
                issuer: settings.issuer.clone(),
                public_url_is_set: settings.public_url_is_set,
            },
            &sealing,
        );
        let keys = Keys::new(KeysParts {
            store: store.clone(),
            clock: clock.clone(),
            random: random.clone(),
            audit: audit.clone(),
            cluster: cluster.clone(),
            key_cache: key_cache.clone(),
            usage: usage.clone(),
            secrets: secrets.clone(),
            secret_prefix: settings.secret_prefix,
            issuer: settings.issuer.clone(),
            token_lifetime: settings.token_lifetime,
            limits: settings.limits,
        });
        let verification = VerificationParts {
            store: store.clone(),
            clock: clock.clone(),
            key_cache: key_cache.clone(),
            usage: usage.clone(),
            signing_keys: signing_keys.clone(),
            call_writes: call_writes.clone(),
            secrets,
            issuer: settings.issuer.clone(),
            audiences: settings.audiences,
        };
        let verification = Arc::new(Verification::new(verification, &*random));
        let oauth = OAuth::new(OAuthParts {
            clock: clock.clone(),
            random,
            cluster: cluster.clone(),
            key_cache: key_cache.clone(),
            usage: usage.clone(),
            signing_keys: signing_keys.clone(),
            call_writes,
            verification: verification.clone(),
            issuer: settings.issuer.clone(),
            token_lifetime: settings.token_lifetime,
            assertion_lifetime: settings.assertion_lifetime,
            limits: settings.limits,
        });
        Engine {
            keys: Arc::new(keys),
            people: Arc::new(people),
            verification,
            oauth: Arc::new(oauth),
            signing_keys,
            key_cache,
            refusal_log,
            usage,
            cluster,
            audit,
            store,
            clock,
            issuer: settings.issuer.into(),
            installation_id,
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
    async fn after_the_disk_was_full_changes_go_on() {
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
    async fn a_file_that_takes_no_changes_says_so_and_is_ready_to_judge() {
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
