use std::str::FromStr;

use thiserror::Error;

use crate::{name::is_control, text::nfc};

/// The longest description, in characters (Unicode scalar values).
pub const LONGEST_DESCRIPTION: usize = 200;

/// The description of a scope: at most 200 characters without line breaks. It may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeDescription(String);

/// The description has more than 200 characters, or a line break or another control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Use at most 200 characters, without line breaks.")]
pub struct InvalidDescription;

impl ScopeDescription {
    /// Returns the description.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ScopeDescription {
    type Err = InvalidDescription;

    fn from_str(text: &str) -> Result<Self, InvalidDescription> {
        let text = nfc(text.trim());
        if text.chars().any(is_control) || text.chars().count() > LONGEST_DESCRIPTION {
            return Err(InvalidDescription);
        }
        Ok(Self(text.into_owned()))
    }
}
