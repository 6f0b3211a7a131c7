//! What there is to know of an engine that works, as plain numbers.

use std::{
    pin::pin,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tracing::{Instrument, debug_span};

use crate::{Engine, Queue, propagation::Propagation, storage::Connections, threads::ThreadedCounter, traces::TRACES};

/// An engine at a moment. Whatever is counted is counted since the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// How often it was known of a presented secret whether it is the right one.
    pub secrets_known: u64,
    /// How often it took a hash. Whoever waits for another's hash of the same secret counts as neither.
    pub secrets_hashed: u64,
    /// Access tokens that their clients have revoked.
    pub tokens_revoked: u64,
    /// Hashes of secrets.
    pub secret_queue: Queue,
    /// Hashes of passwords.
    pub password_queue: Queue,
    /// How far this node has come with what was changed.
    pub propagation: Propagation,
    /// The connections to the database.
    pub connections: Connections,
    /// Whether the database is known to take no changes.
    pub is_read_only: bool,
}

/// What calls add to.
#[derive(Default)]
pub(crate) struct Tally {
    known: ThreadedCounter,
    hashed: AtomicU64,
    revoked: AtomicU64,
    watch: OnceLock<Box<dyn Fn(Duration) + Send + Sync>>,
}

impl Tally {
    pub(crate) fn count_known(&self) {
        self.known.count();
    }

    pub(crate) fn count_revoked(&self) {
        self.revoked.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_hashed(&self) {
        self.hashed.fetch_add(1, Ordering::Relaxed);
    }
}

impl Engine {
    /// The engine at this moment. It asks nothing of the database and holds nobody up.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let tally = self.tally();
        Statistics {
            secrets_known: tally.known.sum(),
            secrets_hashed: tally.hashed.load(Ordering::Relaxed),
            tokens_revoked: tally.revoked.load(Ordering::Relaxed),
            secret_queue: self.secrets().queue(),
            password_queue: self.passwords().queue(),
            propagation: self.propagation(),
            connections: self.storage().connections(),
            is_read_only: self.is_read_only(),
        }
    }

    /// Has `watch` told how long each verdict on a presented credential took, good or bad, from now on. It is told on the path
    /// of every call, so it must neither wait nor allocate. The first watch stays.
    pub fn watch_verdicts(&self, watch: impl Fn(Duration) + Send + Sync + 'static) {
        // A second one is dropped.
        let _ = self.tally().watch.set(Box::new(watch));
    }

    /// Comes to a verdict, and tells how long that took.
    pub(crate) async fn timed<T>(&self, verdict: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let verdict = pin!(verdict).instrument(debug_span!(target: TRACES, "verdict")).await;
        if let Some(watch) = self.tally().watch.get() {
            watch(begin.elapsed());
        }
        verdict
    }
}
