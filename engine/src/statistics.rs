use latchkey_store::Connections;

use crate::{cluster::ClusterProgress, concurrency::Queue};

/// The numbers of a running engine. Counts are since the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Presented secrets that were known by their digest.
    pub secrets_known: u64,
    /// Presented secrets that took a hash. One that waited for another's hash of the same secret counts as neither.
    pub secrets_hashed: u64,
    /// Hashes of secrets that have run. A secret that was verified before needs none.
    pub secret_hashes: u64,
    /// Hashes of passwords that have run. An unknown account takes as many as a known one.
    pub password_hashes: u64,
    /// Access tokens that their clients have revoked.
    pub tokens_revoked: u64,
    /// The queue of secret hashes.
    pub secret_queue: Queue,
    /// The queue of password hashes.
    pub password_queue: Queue,
    /// How far this node has come with the changes of all nodes.
    pub cluster: ClusterProgress,
    /// The connections to the database.
    pub connections: Connections,
    /// How many connections were requested. A call with a credential that was verified before requests none.
    pub database_requests: u64,
    /// Transactions that stored new keys. With SQLite, one may store many keys that are created at once.
    pub creation_commits: u64,
    /// Whether the database is known to be read-only.
    pub is_read_only: bool,
}
