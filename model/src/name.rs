//! The names of keys and organizations.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::nfc;

/// The longest name, in characters (Unicode scalar values).
pub const LONGEST_NAME: usize = 100;

/// Why a name is invalid. The messages are shown at the field, in the browser and in the server's replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidName {
    /// Empty, or only white space.
    #[error("Enter a name.")]
    Blank,
    /// More than [`LONGEST_NAME`] characters.
    #[error("Use at most 100 characters.")]
    TooLong,
    /// A line break, a tab or another control character.
    #[error("Use no line breaks or control characters.")]
    ControlCharacter,
}

fn parse(text: &str) -> Result<String, InvalidName> {
    if text.chars().any(is_control) {
        return Err(InvalidName::ControlCharacter);
    }
    let text = nfc(text.trim());
    if text.chars().all(is_invisible) {
        return Err(InvalidName::Blank);
    }
    if text.chars().count() > LONGEST_NAME {
        return Err(InvalidName::TooLong);
    }
    Ok(text.into_owned())
}

/// Returns whether a character is a control character or reorders the text around it: a name must not change how its neighbours
/// look.
pub(crate) fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a character is white space or has no visible form (`Default_Ignorable_Code_Point` of Unicode's UAX #44).
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

macro_rules! name {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses a name as typed. Removes white space around it, and normalizes it to NFC.
            ///
            /// # Errors
            /// [`InvalidName`] has the message for the field.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                parse(text).map(Self)
            }

            /// Returns the name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

name! {
    /// The name of an access key. Names may repeat.
    KeyName
}

name! {
    /// The name of an organization.
    OrganizationName
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_unicode_and_loses_surrounding_space() {
        let name = KeyName::parse("  Lager “Süd” 倉庫 🚚 <b>  ").unwrap();
        assert_eq!(name.as_str(), "Lager “Süd” 倉庫 🚚 <b>");
    }

    #[test]
    fn a_name_is_normalized_to_nfc_before_its_length_is_counted() {
        assert_eq!(KeyName::parse("Su\u{308}d").unwrap().as_str(), "S\u{fc}d");
        assert!(KeyName::parse(&"u\u{308}".repeat(100)).is_ok());
        assert_eq!(OrganizationName::parse("A\u{30a}ngstro\u{308}m").unwrap().as_str(), "\u{c5}ngstr\u{f6}m");
    }

    #[test]
    fn the_length_counts_characters_and_not_bytes() {
        assert!(KeyName::parse(&"ü".repeat(100)).is_ok());
        assert_eq!(KeyName::parse(&"ü".repeat(101)), Err(InvalidName::TooLong));
    }

    #[test]
    fn blank_names_are_refused() {
        for text in ["", " ", "\u{200B}", " \u{00A0} ", "\u{3164}", "\u{FE0F}\u{E0020}"] {
            assert_eq!(KeyName::parse(text), Err(InvalidName::Blank), "{text:?}");
        }
    }

    #[test]
    fn control_characters_are_refused_at_every_position() {
        for text in ["a\nb", "a\0", "tab\t", "\u{7f}x", "pay\u{202E}fdp"] {
            assert_eq!(KeyName::parse(text), Err(InvalidName::ControlCharacter), "{text:?}");
        }
    }
}
