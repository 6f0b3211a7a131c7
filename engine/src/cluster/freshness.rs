use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Tracks until when what a node keeps in memory may be taken as current.
///
/// It uses the monotonic clock, which cannot be set and which runs on while the process is stopped.
#[derive(Debug)]
pub(super) struct Freshness {
    bound: Duration,
    start: Instant,
    /// When the query of the latest proof was sent, in milliseconds after `start`, plus one; 0 without a proof.
    proven: AtomicU64,
    /// Until when the proofs hold, in milliseconds after `start`.
    good_until: AtomicU64,
}

impl Freshness {
    pub(super) fn new(bound: Duration) -> Self {
        Self { bound, start: Instant::now(), proven: AtomicU64::new(0), good_until: AtomicU64::new(0) }
    }

    /// Records that all changes made before a query was sent are known.
    pub(super) fn prove(&self, asked: Instant) {
        self.prove_for(asked, self.bound);
    }

    /// Does the same, by a proof that holds for less than the bound.
    pub(super) fn prove_for(&self, asked: Instant, lifetime: Duration) {
        let asked = milliseconds(asked.saturating_duration_since(self.start));
        self.proven.fetch_max(asked + 1, Ordering::Release);
        self.good_until.fetch_max(asked + milliseconds(lifetime.min(self.bound)), Ordering::Release);
    }

    /// Returns whether the latest proof still holds.
    pub(super) fn is_proven(&self) -> bool {
        milliseconds(self.start.elapsed()) < self.good_until.load(Ordering::Acquire)
    }

    /// Returns the age of the latest proof, or how long there has been none.
    pub(super) fn age(&self) -> Duration {
        self.age_of_proof().unwrap_or_else(|| self.start.elapsed())
    }

    fn age_of_proof(&self) -> Option<Duration> {
        let proven = self.proven.load(Ordering::Acquire).checked_sub(1)?;
        Some(self.start.elapsed().saturating_sub(Duration::from_millis(proven)))
    }
}

fn milliseconds(duration: Duration) -> u64 {
    // Half of the range, so that a sum of two fits.
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).min(u64::MAX / 2 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: Duration = Duration::from_hours(1);

    #[test]
    fn without_a_proof_nothing_is_current() {
        let freshness = Freshness::new(BOUND);
        assert!(!freshness.is_proven());
        assert_eq!(freshness.age_of_proof(), None);
    }

    #[test]
    fn a_proof_dates_from_its_query_and_an_older_proof_changes_nothing() {
        let now = Instant::now();
        let freshness = Freshness { start: now.checked_sub(3 * BOUND).unwrap(), ..Freshness::new(BOUND) };
        freshness.prove(now.checked_sub(BOUND).unwrap());
        assert!(!freshness.is_proven(), "it is as old as the bound");
        freshness.prove(now.checked_sub(BOUND / 2).unwrap());
        assert!(freshness.is_proven());
        freshness.prove(now.checked_sub(2 * BOUND).unwrap());
        assert!(freshness.is_proven());
        assert!(freshness.age() >= BOUND / 2);
    }

    #[test]
    fn a_proof_with_a_shorter_lifetime_does_not_shorten_another() {
        let now = Instant::now();
        let freshness = Freshness { start: now.checked_sub(3 * BOUND).unwrap(), ..Freshness::new(BOUND) };
        freshness.prove_for(now.checked_sub(BOUND / 2).unwrap(), BOUND / 4);
        assert!(!freshness.is_proven());
        freshness.prove(now.checked_sub(BOUND * 3 / 4).unwrap());
        assert!(freshness.is_proven(), "that one is good for the whole bound");
        assert!(freshness.age() < BOUND * 3 / 4, "the latest proof is the other");
    }
}
