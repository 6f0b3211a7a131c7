use std::{fmt, str::FromStr};

use thiserror::Error;

/// The start of every secret, by which people and secret scanners recognize its origin: `lk` unless the
/// operator chooses another. Changing it leaves earlier secrets valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPrefix(String);

/// The prefix is not 1 to 16 of `a-z` and `0-9`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a secret's prefix is 1 to 16 characters of a-z and 0-9")]
pub struct InvalidPrefix;

impl Default for SecretPrefix {
    fn default() -> Self {
        Self("lk".to_owned())
    }
}

impl FromStr for SecretPrefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        if is_prefix(text) { Ok(Self(text.to_owned())) } else { Err(InvalidPrefix) }
    }
}

impl fmt::Display for SecretPrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Returns whether a text is a valid prefix.
pub(super) fn is_prefix(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
