//! Whether the database takes changes.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How many statements any database of this process has refused because it is read-only. Errors are made where it is not known
/// which connection they come from; who holds a connection compares the number before and after.
static REFUSALS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn count_refusal() {
    REFUSALS.fetch_add(1, Ordering::Relaxed);
}

/// Closed while the database is read-only: no change is tried then, so that no connection meets the refusal again and again.
///
/// It is closed and opened by whoever looks at the database with a fresh connection: a session may stay read-only after the
/// database is not, and the other way round.
#[derive(Debug, Default)]
pub struct WriteGate {
    is_closed: AtomicBool,
    /// A change was refused, and nobody has looked at the database since.
    is_suspected: AtomicBool,
    /// Connections that were opened before are not used again.
    stale_before: Mutex<Option<Instant>>,
}

impl WriteGate {
    /// Whether the database is known to be read-only.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Whether the database is to be looked at with a fresh connection.
    pub fn is_to_be_checked(&self) -> bool {
        self.is_closed() || self.is_suspected.load(Ordering::Acquire)
    }

    /// Notes that the database is read-only. Says so once.
    pub fn close(&self) {
        self.is_suspected.store(false, Ordering::Release);
        if !self.is_closed.swap(true, Ordering::AcqRel) {
            tracing::warn!("the database is read-only: credentials are judged, and nothing can be changed");
            self.drop_earlier_connections();
        }
    }

    /// Notes that the database takes changes. Says so once, if it did not before.
    pub fn open(&self) {
        self.is_suspected.store(false, Ordering::Release);
        if self.is_closed.swap(false, Ordering::AcqRel) {
            // Sessions that were begun meanwhile may stay read-only until they end.
            self.drop_earlier_connections();
            tracing::info!("the database takes changes again");
        }
    }

    /// Has every pooled connection that is open now replaced before its next use.
    pub fn drop_earlier_connections(&self) {
        *self.stale_before() = Some(Instant::now());
    }

    /// Whether a connection of this age is to be replaced.
    pub(crate) fn is_stale(&self, age: Duration) -> bool {
        self.stale_before().is_some_and(|moment| moment.elapsed() <= age)
    }

    /// Notes that a change was refused.
    pub(crate) fn suspect(&self) {
        self.drop_earlier_connections();
        self.is_suspected.store(true, Ordering::Release);
    }

    fn stale_before(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.stale_before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notes, when a connection is given back, whether a change was refused meanwhile.
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
    fn what_was_open_when_the_gate_opens_is_replaced_and_what_comes_later_is_not() {
        let gate = WriteGate::default();
        assert!(!gate.is_stale(Duration::MAX), "nothing was ever refused");
        gate.close();
        gate.open();
        assert!(gate.is_stale(Duration::from_hours(1)));
        assert!(!gate.is_stale(Duration::ZERO));
    }

    #[test]
    fn a_refusal_has_the_database_looked_at_and_closes_nothing_by_itself() {
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
