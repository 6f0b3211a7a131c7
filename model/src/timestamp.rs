//! Moments in time, as the database and the wire hold them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The first moment of the year 3000. What is not before it was hardly meant: microseconds look like this.
    pub const YEAR_3000: Self = Self(32_503_680_000_000);

    /// This moment moved forward by `milliseconds` (back, if negative).
    #[must_use]
    pub const fn plus_milliseconds(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// This moment moved forward.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.plus_milliseconds(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// This moment moved back.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        self.plus_milliseconds(-i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// Whole seconds since 1970, as JWT's `NumericDate` has it (RFC 7519 §2).
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}
