//! The lifecycle of access keys, of both kinds, and the scopes that they can have.

mod change;
mod commit_created;
mod create;
mod create_error;
mod creation;
#[cfg(any(test, feature = "fuzz"))]
mod cursors;
mod delete;
mod get;
mod group_commit;
mod history;
mod key_counts;
mod key_proof;
mod list;
mod manager;
mod purge;
mod rename;
mod restore;
pub mod scopes;
mod set_scopes;
mod set_status;
mod set_token_lifetime;
mod view;

use std::{sync::Arc, time::Duration};

pub use change::KeyChangeError;
pub use create_error::CreateAccessKeyError;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) use cursors::check_cursors;
pub use delete::DeleteAccessKeyError;
pub use get::GetAccessKeyError;
pub use history::ListHistoryError;
pub use key_proof::InvalidKeyProof;
use latchkey_store::Store;
pub use list::ListAccessKeysError;
pub use manager::{KeyManager, KeyViewer, MissingScope};
pub use rename::RenameAccessKeyError;
pub use restore::RestoreAccessKeyError;
pub use set_scopes::SetScopesError;
pub use set_status::SetStatusError;
pub use set_token_lifetime::SetTokenLifetimeError;

use self::{creation::Creation, group_commit::GroupCommit, key_counts::KeyCounts};
use crate::{
    audit::AuditLog,
    cluster::Cluster,
    crypto::{hashing::Hasher, secret::SecretPrefix},
    key_cache::KeyCache,
    limits::Limits,
    random::Random,
    time::Clock,
    usage::Usage,
};

/// What [`Keys`] works with.
pub(crate) struct KeysParts {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) audit: Arc<AuditLog>,
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) key_cache: Arc<KeyCache>,
    pub(crate) usage: Arc<Usage>,
    pub(crate) secrets: Arc<Hasher>,
    /// What every new secret begins with.
    pub(crate) secret_prefix: SecretPrefix,
    pub(crate) issuer: String,
    /// The default lifetime of access tokens.
    pub(crate) token_lifetime: Duration,
    pub(crate) limits: Limits,
}

/// Creates, lists, changes and deletes access keys and scopes.
pub struct Keys {
    parts: KeysParts,
    creations: GroupCommit<Creation>,
    key_counts: KeyCounts,
}

impl Keys {
    pub(crate) fn new(parts: KeysParts) -> Self {
        let creations = GroupCommit::new(parts.store.dialect().group_size());
        Self { parts, creations, key_counts: KeyCounts::default() }
    }

    /// Returns how many transactions that store new keys have been committed since the start. With SQLite, one may store many
    /// keys that are created at once.
    pub(crate) fn creation_commits(&self) -> u64 {
        self.creations.commits()
    }
}
