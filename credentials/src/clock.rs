//! The time of day, from outside, so that tests can set it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use latchkey_model::timestamp::Timestamp;

/// How far the clocks of two nodes may differ: what one has just made, another takes. It prolongs nothing: each node
/// judges by its own clock whether something has ended.
pub(crate) const CLOCK_LEEWAY: Duration = Duration::from_mins(1);

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The moment that it is now.
    fn now(&self) -> Timestamp;
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }
}
