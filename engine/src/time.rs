//! The current time, behind a trait so that tests can set it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use latchkey_model::timestamp::Timestamp;

/// How far the clocks of two nodes may differ: what one has just created, another accepts. It prolongs nothing, because each node
/// decides by its own clock whether something has ended.
pub(crate) const CLOCK_LEEWAY: Duration = Duration::from_mins(1);

/// How long the record that something is refused is kept after it has expired. A node with a slower clock may need it.
pub(crate) const KEPT_AFTER_EXPIRY: Duration = CLOCK_LEEWAY.saturating_mul(5);

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Returns the current time.
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
