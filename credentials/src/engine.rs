use std::{
    path::PathBuf,
    sync::{Arc, Weak},
};

use latchkey_model::{id::InstallationId, timestamp::Timestamp};
use serde::Serialize;

use crate::{
    Clock, OpenError, Overloaded, Random, Settings, StorageError,
    access_keys::Creation,
    admission::Admission,
    directory::KeyDirectory,
    hashing::{Hasher, PasswordHasher},
    installation::obtain_id,
    limits::KeyCounts,
    machines::{ProcessKey, RefusedAssertions, UseRecorder, VerifiedTokens, machine_writes},
    propagation::Node,
    refusal_log::RefusalLog,
    signing::{KeyRing, SealingKey, SealingKeys, SigningFailed, SigningKeys, SigningKeysAtOpening},
    statistics::Tally,
    storage::{Connection, GroupCommit, Storage, Transaction},
    throttle::Throttle,
    token_tags::TokenTags,
};

/// What a process that may judge credentials can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// Everything.
    Ready,
    /// Judge, and show what there is: the database takes no changes.
    ReadOnly,
}

/// All of Latchkey but its HTTP. Clones share one state.
#[derive(Clone)]
pub struct Engine(Arc<Parts>);

struct Parts {
    settings: Settings,
    installation_id: InstallationId,
    storage: Storage,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    passwords: PasswordHasher,
    secrets: Hasher,
    throttle: Throttle,
    signing_keys: SigningKeys,
    token_tags: TokenTags,
    creations: GroupCommit<Creation>,
    uses: UseRecorder,
    process_key: ProcessKey,
    verified_tokens: VerifiedTokens,
    machine_writes: Admission,
    refused_assertions: RefusedAssertions,
    directory: KeyDirectory,
    tally: Tally,
    refusal_log: RefusalLog,
    key_counts: KeyCounts,
    /// Present where there may be others.
    node: Option<Node>,
}

/// Does not keep the engine from ending.
#[derive(Clone)]
pub(crate) struct WeakEngine(Weak<Parts>);

impl WeakEngine {
    pub(crate) fn upgrade(&self) -> Option<Engine> {
        self.0.upgrade().map(Engine)
    }

    pub(crate) fn is_there(&self) -> bool {
        self.0.strong_count() > 0
    }
}

impl Engine {
    /// Opens the database, brings its schema up to date, and makes on first start what must exist once.
    ///
    /// # Errors
    /// [`OpenError`] tells the operator, in one line, what to mend.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        Box::pin(Self::open_with(SigningKeysAtOpening::Kept, settings, clock, random)).await
    }

    /// Opens the database, and may drop the signing keys that it holds.
    ///
    /// # Errors
    /// [`OpenError`] tells the operator, in one line, what to mend.
    pub async fn open_with(
        signing_keys: SigningKeysAtOpening,
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        let key_file: Option<PathBuf> = Storage::sealing_key_file(&settings.database);
        let storage = Storage::open(&settings.database).await?;
        let sealing = SealingKeys {
            current: SealingKey::obtain(settings.sealing_key.as_ref(), key_file.as_deref(), &*random)?,
            previous: settings.previous_sealing_key.clone(),
        };
        let installation_id = obtain_id(&storage, &*random).await?;
        let token_tags = TokenTags::new(&sealing);
        let signing_keys = SigningKeys::open(&storage, sealing, signing_keys, settings.signing, clock.now()).await?;
        let node = settings.node.clone().filter(|_| !storage.is_ours_alone());
        let node = node.map(|node| Node::new(node, storage.found_empty(), &*random));
        let engine = Self(Arc::new(Parts {
            passwords: PasswordHasher::new(&random),
            secrets: Hasher::for_secrets(random.clone()),
            throttle: Throttle::new(&settings.limits, &*random),
            creations: storage.group_commit(),
            uses: UseRecorder::default(),
            process_key: ProcessKey::new(&*random),
            verified_tokens: VerifiedTokens::new(&*random),
            machine_writes: machine_writes(),
            refused_assertions: RefusedAssertions::default(),
            settings,
            installation_id,
            storage,
            clock,
            signing_keys,
            token_tags,
            directory: KeyDirectory::default(),
            tally: Tally::default(),
            refusal_log: RefusalLog::default(),
            key_counts: KeyCounts::default(),
            node,
            random,
        }));
        engine.directory().read_revoked_tokens(&mut *engine.reader().await?).await?;
        engine.join_the_nodes().await?;
        Ok(engine)
    }

    /// Writes what is still in memory and closes the database.
    pub async fn close(&self) {
        self.flush_uses_or_warn().await;
        self.leave_the_nodes().await;
        self.0.storage.close().await;
    }

    /// Whether this process may judge credentials: with SQLite the database answers. A node on PostgreSQL asks that by itself
    /// several times a second, and goes on for as long as the operator allows: a short failover is no reason to send callers
    /// away from every node at once.
    ///
    /// # Errors
    /// [`StorageError`] if not.
    pub async fn check_ready(&self) -> Result<Readiness, StorageError> {
        self.must_be_current()?;
        if self.0.node.is_none() {
            sqlx::query("SELECT 1").execute(&mut *self.reader().await?).await?;
            self.storage().check_gate().await?;
        }
        Ok(if self.is_read_only() { Readiness::ReadOnly } else { Readiness::Ready })
    }

    /// Whether the database is known to take no changes.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.storage().gate().is_closed()
    }

    /// Why the database could not be asked the last time, in words for the log; `None` if it could.
    #[must_use]
    pub fn database_trouble(&self) -> Option<String> {
        self.storage().trouble()
    }

    /// Whether what is held in memory may be taken for what is.
    #[must_use]
    pub fn is_current(&self) -> bool {
        match &self.0.node {
            Some(node) => node.is_current(),
            None => self.0.storage.is_ours_alone(),
        }
    }

    /// # Errors
    /// [`StorageError::OutOfTouch`] if changes of others may have been missed.
    pub(crate) fn must_be_current(&self) -> Result<(), StorageError> {
        if self.is_current() { Ok(()) } else { Err(StorageError::OutOfTouch) }
    }

    /// How many hashes of secrets have run since the start; a secret that was verified before needs none.
    #[must_use]
    pub fn secret_hashes(&self) -> u64 {
        self.0.secrets.runs()
    }

    /// How many hashes of passwords have run since the start; an unknown account takes as many as a known one.
    #[must_use]
    pub fn password_hashes(&self) -> u64 {
        self.0.passwords.runs()
    }

    /// How often the database has been asked for something since the start; a call with a credential that was verified
    /// before asks it nothing.
    #[must_use]
    pub fn database_requests(&self) -> u64 {
        self.0.storage.asked()
    }

    /// How many transactions that store new keys have been committed since the start: with SQLite, one for many keys
    /// that are created at once.
    #[must_use]
    pub fn creation_commits(&self) -> u64 {
        self.0.creations.commits()
    }

    /// Where Latchkey is reached, without a slash at the end.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.settings.issuer
    }

    /// The installation's ID: the same on all nodes, for as long as the database lives.
    #[must_use]
    pub fn installation_id(&self) -> &InstallationId {
        &self.0.installation_id
    }

    pub(crate) fn token_tags(&self) -> &TokenTags {
        &self.0.token_tags
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The time by the engine's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.0.random
    }

    pub(crate) fn passwords(&self) -> &PasswordHasher {
        &self.0.passwords
    }

    pub(crate) fn secrets(&self) -> &Hasher {
        &self.0.secrets
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    /// Signs the claims of an access token.
    pub(crate) async fn sign<T>(&self, claims: T) -> Result<Result<String, SigningFailed>, Overloaded>
    where
        T: Serialize + Send + 'static,
    {
        self.0.signing_keys.sign(claims, self.now()).await
    }

    pub(crate) fn signing(&self) -> &SigningKeys {
        &self.0.signing_keys
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub(crate) fn signing_keys(&self) -> Arc<KeyRing> {
        self.0.signing_keys.ring()
    }

    pub(crate) fn process_key(&self) -> &ProcessKey {
        &self.0.process_key
    }

    pub(crate) fn verified_tokens(&self) -> &VerifiedTokens {
        &self.0.verified_tokens
    }

    pub(crate) fn directory(&self) -> &KeyDirectory {
        &self.0.directory
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.0.tally
    }

    pub(crate) fn key_counts(&self) -> &KeyCounts {
        &self.0.key_counts
    }

    pub(crate) fn refusal_log(&self) -> &RefusalLog {
        &self.0.refusal_log
    }

    pub(crate) fn node(&self) -> Option<&Node> {
        self.0.node.as_ref()
    }

    pub(crate) fn node_name(&self) -> &str {
        self.settings().node.as_ref().map_or("this node", |node| &node.name)
    }

    pub(crate) fn downgrade(&self) -> WeakEngine {
        WeakEngine(Arc::downgrade(&self.0))
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.0.storage
    }

    pub(crate) fn creations(&self) -> &GroupCommit<Creation> {
        &self.0.creations
    }

    pub(crate) fn uses(&self) -> &UseRecorder {
        &self.0.uses
    }

    pub(crate) async fn reader(&self) -> Result<Connection, StorageError> {
        self.0.storage.reader().await
    }

    pub(crate) fn machine_writes(&self) -> &Admission {
        &self.0.machine_writes
    }

    pub(crate) fn refused_assertions(&self) -> &RefusedAssertions {
        &self.0.refused_assertions
    }

    pub(crate) async fn writer(&self) -> Result<Connection, StorageError> {
        self.0.storage.writer().await
    }

    pub(crate) async fn begin(&self) -> Result<Transaction, StorageError> {
        self.0.storage.begin().await
    }
}
