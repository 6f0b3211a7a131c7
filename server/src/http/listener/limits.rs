use std::{sync::Arc, time::Duration};

use rustix::process::{Resource, getrlimit};
use tokio::sync::Semaphore;

use crate::settings::DEFAULT_KEEP_ALIVE;

/// More connections than a busy gateway keeps, with the memory that their requests may fill still small.
const MAX_CONNECTIONS: usize = 4096;

/// What the database, the log and the standard streams may have open.
const RESERVED_DESCRIPTORS: u64 = 128;

/// The largest head of a request, in bytes: more is answered with 431 (RFC 6585 §5).
pub(super) const MAX_HEAD_SIZE: usize = 32 * 1024;

/// How many connections there may be, and how long one may hold its place.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once. More wait to be accepted, and are not refused.
    pub max_connections: usize,
    /// From the opening of a connection to its first byte.
    pub first_byte_timeout: Duration,
    /// From the first byte of a request to the last one of its headers.
    pub head_timeout: Duration,
    /// From an answer to the first byte of the next request. Longer than a load balancer keeps an unused connection, so
    /// that it is the load balancer that closes it: it would otherwise send a request on a connection that is just closed.
    pub keep_alive_timeout: Duration,
    /// How long a client may take nothing of an answer that waits for it.
    pub write_timeout: Duration,
    /// What requests under way may take once the server has been told to stop.
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
    /// One for each connection that may read on after its answer at the same time.
    pub(super) lingering_slots: Arc<Semaphore>,
}

impl ListenerContext {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, lingering_slots: Arc::new(Semaphore::new((limits.max_connections / 8).max(1))) }
    }
}

/// How many connections the process may have open: with more, the database would find no descriptor.
fn max_connections_of_process() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(RESERVED_DESCRIPTORS)).unwrap_or(usize::MAX).clamp(1, MAX_CONNECTIONS)
}
