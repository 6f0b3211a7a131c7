//! Whether the database is writable.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How many statements the databases of this process have refused because they are read-only. Errors are created where it is
/// not known which connection they come from; the user of a connection compares the number before and after.
static REFUSALS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn count_refusal() {
    REFUSALS.fetch_add(1, Ordering::Relaxed);
}

/// Closed while the database is read-only: no change is tried then, so that connections do not run into the refusal again and
/// again.
///
/// It is closed and opened by code that checks the database with a fresh connection: a session may stay read-only after the
/// database has become writable, and the other way round.
#[derive(Debug, Default)]
pub struct WriteGate {
    is_closed: AtomicBool,
    /// A change was refused, and the database was not checked since.
    is_suspected: AtomicBool,
    /// Connections that were opened before are not used again.
    stale_before: Mutex<Option<Instant>>,
}

impl WriteGate {
    /// Returns whether the database is known to be read-only.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Returns whether the database must be checked with a fresh connection.
    pub fn is_to_be_checked(&self) -> bool {
        self.is_closed() || self.is_suspected.load(Ordering::Acquire)
    }

    /// Records that the database is read-only. Logs a change of that state.
    pub fn close(&self) {
        self.is_suspected.store(false, Ordering::Release);
        if !self.is_closed.swap(true, Ordering::AcqRel) {
            tracing::warn!("the database is read-only: credentials are still verified, and changes are refused");
            self.drop_earlier_connections();
        }
    }

    /// Records that the database is writable. Logs a change of that state.
    pub fn open(&self) {
        self.is_suspected.store(false, Ordering::Release);
        if self.is_closed.swap(false, Ordering::AcqRel) {
            // Sessions that began while it was read-only may stay so until they end.
            self.drop_earlier_connections();
            tracing::info!("the database is writable again");
        }
    }

    /// Makes the pool replace every connection that is open now, before its next use.
    pub fn drop_earlier_connections(&self) {
        *self.stale_before() = Some(Instant::now());
    }

    /// Returns whether a connection of this age must be replaced.
    pub(crate) fn is_stale(&self, age: Duration) -> bool {
        self.stale_before().is_some_and(|time| time.elapsed() <= age)
    }

    /// Records that a change was refused.
    pub(crate) fn suspect(&self) {
        self.drop_earlier_connections();
        self.is_suspected.store(true, Ordering::Release);
    }

    fn stale_before(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.stale_before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records, when a connection is returned, whether a change was refused during its use.
pub(crate) struct RefusalWatch {
    gate: std::sync::Arc<WriteGate>,
    before: u64,
}

impl RefusalWatch {
    pub(crate) fn new(gate: std::sync::Arc<WriteGate>) -> Self {
        Self { gate, before: REFUSALS.load(Ordering::Relaxed) }
    }
}

impl Drop for RefusalWatch {
    fn drop(&mut self) {
        if REFUSALS.load(Ordering::Relaxed) != self.before {
            self.gate.suspect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_from_before_the_gate_opens_are_replaced_and_later_ones_are_not() {
        let gate = WriteGate::default();
        assert!(!gate.is_stale(Duration::MAX), "nothing was ever refused");
        gate.close();
        gate.open();
        assert!(gate.is_stale(Duration::from_hours(1)));
        assert!(!gate.is_stale(Duration::ZERO));
    }

    #[test]
    fn a_refusal_requests_a_check_and_does_not_close_the_gate() {
        let gate = std::sync::Arc::new(WriteGate::default());
        let watch = RefusalWatch::new(gate.clone());
        count_refusal();
        drop(watch);
        assert!(gate.is_to_be_checked() && !gate.is_closed());
        gate.open();
        assert!(!gate.is_to_be_checked());
        gate.close();
        assert!(gate.is_to_be_checked() && gate.is_closed());
    }
}
