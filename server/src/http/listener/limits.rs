use std::{sync::Arc, time::Duration};

use rustix::process::{Resource, getrlimit};
use tokio::sync::Semaphore;

use crate::settings::DEFAULT_KEEP_ALIVE;

/// More connections than a busy gateway keeps open; the memory that their requests may use is still small.
const MAX_CONNECTIONS: usize = 4096;

/// How many files the database, the log and the standard streams may have open.
const RESERVED_DESCRIPTORS: u64 = 128;

/// The maximum size of a request's head, in bytes. A larger one is answered with 431 (RFC 6585 §5).
pub(super) const MAX_HEAD_SIZE: usize = 32 * 1024;

/// How many connections may be open, and how long each step of one may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at the same time. Others are not refused, but wait to be accepted.
    pub max_connections: usize,
    /// From the opening of a connection to its first byte.
    pub first_byte_timeout: Duration,
    /// From the first byte of a request to the end of its headers.
    pub head_timeout: Duration,
    /// From a response to the first byte of the next request. It is longer than a load balancer keeps an unused
    /// connection, so that the load balancer closes it. Otherwise it could send a request on a connection that the
    /// server is just closing.
    pub keep_alive_timeout: Duration,
    /// How long a client may read nothing of a response that is being sent.
    pub write_timeout: Duration,
    /// How long requests in progress may take once the server was asked to stop.
    pub shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: max_connections_of_process(),
            first_byte_timeout: Duration::from_secs(5),
            head_timeout: Duration::from_secs(30),
            keep_alive_timeout: DEFAULT_KEEP_ALIVE,
            write_timeout: Duration::from_secs(30),
            shutdown_timeout: Duration::from_secs(6),
        }
    }
}

/// What all connections of a listener share.
pub(super) struct ListenerContext {
    pub(super) limits: Limits,
    /// Limits how many connections may read on after their response at the same time.
    pub(super) lingering_slots: Arc<Semaphore>,
}

impl ListenerContext {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, lingering_slots: Arc::new(Semaphore::new((limits.max_connections / 8).max(1))) }
    }
}

/// Returns how many connections the process may have open. With more, no descriptor would be left for the database.
fn max_connections_of_process() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(RESERVED_DESCRIPTORS)).unwrap_or(usize::MAX).clamp(1, MAX_CONNECTIONS)
}
