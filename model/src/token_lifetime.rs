//! The lifetime of an OAuth client's access tokens.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The shortest lifetime, in seconds.
pub const SHORTEST: u32 = 60;

/// The longest lifetime, in seconds: a day.
pub const LONGEST: u32 = 86_400;

/// The lifetime is out of range. The message is shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Choose between 60 and 86400 seconds (24 hours).")]
pub struct InvalidTokenLifetime;

/// The lifetime of access tokens in seconds, [`SHORTEST`] to [`LONGEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct TokenLifetime(u32);

impl TokenLifetime {
    /// Returns the lifetime in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for TokenLifetime {
    type Error = InvalidTokenLifetime;

    fn try_from(seconds: u32) -> Result<Self, InvalidTokenLifetime> {
        if (SHORTEST..=LONGEST).contains(&seconds) { Ok(Self(seconds)) } else { Err(InvalidTokenLifetime) }
    }
}

impl From<TokenLifetime> for u32 {
    fn from(lifetime: TokenLifetime) -> Self {
        lifetime.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_minute_to_a_day() {
        for seconds in [60, 3600, 86_400] {
            assert_eq!(TokenLifetime::try_from(seconds).map(TokenLifetime::seconds), Ok(seconds));
        }
        for seconds in [0, 59, 86_401, u32::MAX] {
            assert_eq!(TokenLifetime::try_from(seconds), Err(InvalidTokenLifetime));
        }
    }
}
