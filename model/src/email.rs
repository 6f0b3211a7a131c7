//! E-mail addresses, which are what people sign in with.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::name::{is_control, is_invisible};

/// The text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Enter an e-mail address, such as ana@example.com.")]
pub struct InvalidEmail;

/// An e-mail address in lower case, so that one person has one account however the address is typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Takes an address as typed. Checked for shape only: whether it receives mail, no pattern can tell. What nobody
    /// sees is refused: two addresses that look alike would be two people in the history.
    ///
    /// # Errors
    /// [`InvalidEmail`] if there is no `@` between two parts, a character is invisible, or it is over 254 characters
    /// (RFC 5321 §4.5.3.1.3).
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| is_control(c) || is_invisible(c));
        if plain(local) && plain(domain) && !local.contains('@') && text.chars().count() <= 254 {
            Ok(Self(text.to_lowercase()))
        } else {
            Err(InvalidEmail)
        }
    }

    /// The address, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(text: String) -> Result<Self, InvalidEmail> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_lower_case() {
        assert_eq!(Email::parse(" Ana@Northwind.Example ").unwrap().as_str(), "ana@northwind.example");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "ana", "@", "ana@", "@example.com", "a b@example.com", "a@b@c", &format!("{}@x", "a".repeat(254))]
        {
            assert_eq!(Email::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn an_address_that_looks_like_another_by_what_nobody_sees_is_refused() {
        for invisible in [
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{180E}',
            '\u{200B}',
            '\u{200D}',
            '\u{200F}',
            '\u{202E}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{3164}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{E0061}',
        ] {
            for text in [format!("a{invisible}na@example.com"), format!("ana@exam{invisible}ple.com")] {
                assert_eq!(Email::parse(&text), Err(InvalidEmail), "{text:?}");
            }
        }
        assert!(Email::parse("größe@müller.example").is_ok());
    }
}
