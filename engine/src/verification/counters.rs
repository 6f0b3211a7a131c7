use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::per_thread_counter::PerThreadCounter;

/// What verifying counts.
#[derive(Default)]
pub(super) struct Counters {
    /// Secrets whose digest was known.
    pub(super) known: PerThreadCounter,
    hashed: AtomicU64,
    observer: OnceLock<Box<dyn Fn(Duration) + Send + Sync>>,
}

impl Counters {
    pub(super) fn increment_hashed(&self) {
        self.hashed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    pub(super) fn set_observer(&self, observer: impl Fn(Duration) + Send + Sync + 'static) {
        // A second one is dropped.
        let _ = self.observer.set(Box::new(observer));
    }

    pub(super) fn observe(&self, duration: Duration) {
        if let Some(observer) = self.observer.get() {
            observer(duration);
        }
    }
}
