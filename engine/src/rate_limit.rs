//! Rate limits, held in memory by each process.

use std::{hash::Hash, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter as Governor,
    clock::{Clock, DefaultClock},
};
use thiserror::Error;

/// Too many attempts of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too many attempts")]
pub struct TooManyAttempts {
    /// When the next attempt is allowed.
    pub retry_after: Duration,
}

/// Limits how often something may be tried for each key.
pub(crate) struct RateLimiter<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> RateLimiter<K> {
    /// Allows `burst` attempts at once, and then one per `period`.
    pub(crate) fn new(burst: u32, period: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period).unwrap_or(Quota::per_minute(burst));
        Self(Governor::keyed(quota.allow_burst(burst)))
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// [`TooManyAttempts`] if it is not allowed.
    pub(crate) fn check(&self, key: &K) -> Result<(), TooManyAttempts> {
        self.0
            .check_key(key)
            .map_err(|not_yet| TooManyAttempts { retry_after: not_yet.wait_time_from(DefaultClock::default().now()) })
    }

    /// Removes the keys that are at rest, so that memory stays bounded.
    pub(crate) fn purge(&self) {
        self.0.retain_recent();
    }
}
