//! Timestamps, as in the database and in JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A time in Unix milliseconds: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The start of the year 3000. A later time is most likely a mistake, such as microseconds.
    pub const YEAR_3000: Self = Self(32_503_680_000_000);

    /// Returns a time that is later by `milliseconds` (earlier, if negative).
    #[must_use]
    pub const fn plus_milliseconds(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Returns a time that is later by a duration.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        self.plus_milliseconds(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// Returns a time that is earlier by a duration.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        self.plus_milliseconds(-i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// Returns whole seconds since 1970, as in a JWT's `NumericDate` (RFC 7519 §2).
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }
}
