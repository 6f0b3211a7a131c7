use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest name of a scope, in bytes.
pub const LONGEST_SCOPE: usize = 64;

/// Why a scope is invalid. The messages are shown at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidScope {
    /// The name is empty.
    #[error("Enter a name, such as orders:read.")]
    Blank,
    /// More than [`LONGEST_SCOPE`] bytes.
    #[error("Use at most 64 characters.")]
    TooLong,
    /// A character that a scope-token of RFC 6749 §3.3 must not contain.
    #[error("Use letters, digits and signs such as : . / - _, without spaces, quotation marks or backslashes.")]
    Character,
    /// More than [`super::MOST_SCOPES`] at once.
    #[error("Use at most 50 scopes.")]
    TooMany,
}

/// The name of a scope, such as `orders:read`: a scope-token of RFC 6749 §3.3 with at most 64 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeName(String);

impl ScopeName {
    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the built-in scope with this name, if there is one.
    #[must_use]
    pub fn built_in(&self) -> Option<BuiltInScope> {
        BuiltInScope::ALL.into_iter().find(|scope| scope.as_str() == self.0)
    }
}

impl FromStr for ScopeName {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        if text.is_empty() {
            return Err(InvalidScope::Blank);
        }
        if !text.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)) {
            return Err(InvalidScope::Character);
        }
        if text.len() > LONGEST_SCOPE { Err(InvalidScope::TooLong) } else { Ok(Self(text.to_owned())) }
    }
}

impl TryFrom<String> for ScopeName {
    type Error = InvalidScope;

    fn try_from(text: String) -> Result<Self, InvalidScope> {
        text.parse()
    }
}

impl From<ScopeName> for String {
    fn from(name: ScopeName) -> Self {
        name.0
    }
}

impl fmt::Display for ScopeName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A scope that exists in every organization and has a meaning in Latchkey. Only an administrator who is signed
/// in can grant it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltInScope {
    /// May call the server functions of access keys.
    ManageAccessKeys,
    /// May introspect tokens (RFC 7662).
    IntrospectTokens,
}

impl BuiltInScope {
    /// All built-in scopes, in the order of their names.
    pub const ALL: [Self; 2] = [Self::ManageAccessKeys, Self::IntrospectTokens];

    /// Returns the name of the scope.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManageAccessKeys => "access-keys:manage",
            Self::IntrospectTokens => "tokens:introspect",
        }
    }

    /// Returns what a key with this scope may do.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::ManageAccessKeys => "Manage this organization's access keys through Latchkey's own API",
            Self::IntrospectTokens => "Check whether tokens and keys of this organization are valid",
        }
    }
}

impl From<BuiltInScope> for ScopeName {
    fn from(scope: BuiltInScope) -> Self {
        Self(scope.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_scope_token() {
        for name in ["orders:read", "a", "!", "#[]~", "https://example.com/orders.read", &"x".repeat(64)] {
            assert_eq!(name.parse::<ScopeName>().unwrap().as_str(), name);
        }
        for name in ["a b", "a\"b", "a\\b", "ä", "a\n", "\u{7f}", " a"] {
            assert_eq!(name.parse::<ScopeName>(), Err(InvalidScope::Character), "{name:?}");
        }
        assert_eq!("".parse::<ScopeName>(), Err(InvalidScope::Blank));
        assert_eq!("x".repeat(65).parse::<ScopeName>(), Err(InvalidScope::TooLong));
    }

    #[test]
    fn built_in_scopes_are_found_by_name() {
        for scope in BuiltInScope::ALL {
            assert_eq!(ScopeName::from(scope).built_in(), Some(scope));
            assert!(scope.as_str().parse::<ScopeName>().is_ok());
        }
        assert_eq!("orders:read".parse::<ScopeName>().unwrap().built_in(), None);
    }
}
