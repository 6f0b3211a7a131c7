//! Scopes: what a key may be used for (RFC 6749 §3.3). An organization defines its own; some are built in.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::name::is_control;

/// The longest name of a scope, in bytes.
pub const LONGEST_SCOPE: usize = 64;

/// The most scopes that one key carries: they travel in each of its tokens, and in a header of each verified call.
pub const MOST_SCOPES: usize = 50;

/// The longest description, in characters (Unicode scalar values).
pub const LONGEST_DESCRIPTION: usize = 200;

/// Why a scope was not taken. The texts stand at the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidScope {
    /// No name at all.
    #[error("Enter a name, such as orders:read.")]
    Blank,
    /// More than [`LONGEST_SCOPE`] bytes.
    #[error("Use at most 64 characters.")]
    TooLong,
    /// Something that a scope-token of RFC 6749 §3.3 may not hold.
    #[error("Use letters, digits and signs such as : . / - _, without spaces, quotation marks or backslashes.")]
    Character,
    /// More than [`MOST_SCOPES`] at once.
    #[error("Use at most 50 scopes.")]
    TooMany,
}

/// The name of a scope, such as `orders:read`: a scope-token of RFC 6749 §3.3 of at most 64 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeName(String);

impl ScopeName {
    /// The name as it is written everywhere.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which of the built-in scopes this is, if it is one.
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

/// A scope that exists in every organization, with a meaning to Latchkey itself. Only an administrator who is signed
/// in grants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BuiltInScope {
    /// May call the server functions of access keys.
    ManageAccessKeys,
    /// May ask whether a token is good (RFC 7662).
    IntrospectTokens,
}

impl BuiltInScope {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 2] = [Self::ManageAccessKeys, Self::IntrospectTokens];

    /// The scope's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ManageAccessKeys => "access-keys:manage",
            Self::IntrospectTokens => "tokens:introspect",
        }
    }

    /// What it lets a key do.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::ManageAccessKeys => "Manage this organization's access keys through Latchkey's own API",
            Self::IntrospectTokens => "Ask Latchkey whether tokens and keys of this organization are good",
        }
    }
}

impl From<BuiltInScope> for ScopeName {
    fn from(scope: BuiltInScope) -> Self {
        Self(scope.as_str().to_owned())
    }
}

/// A set of scopes. As text, the names in order with a space between (RFC 6749 §3.3); in JSON, an array of names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<ScopeName>", into = "BTreeSet<ScopeName>")]
pub struct Scopes(BTreeSet<ScopeName>);

impl Scopes {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a scope is among them.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope.as_str() == name)
    }

    /// Whether every one of `others` is among them.
    #[must_use]
    pub fn contain_all(&self, others: &Self) -> bool {
        others.0.is_subset(&self.0)
    }

    /// Those that are among `others` as well.
    #[must_use]
    pub fn intersection(&self, others: &Self) -> Self {
        Self(self.0.intersection(&others.0).cloned().collect())
    }

    /// Those that are not among `others`.
    #[must_use]
    pub fn difference(&self, others: &Self) -> Self {
        Self(self.0.difference(&others.0).cloned().collect())
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &ScopeName> {
        self.0.iter()
    }
}

impl TryFrom<BTreeSet<ScopeName>> for Scopes {
    type Error = InvalidScope;

    fn try_from(names: BTreeSet<ScopeName>) -> Result<Self, InvalidScope> {
        if names.len() > MOST_SCOPES { Err(InvalidScope::TooMany) } else { Ok(Self(names)) }
    }
}

impl From<Scopes> for BTreeSet<ScopeName> {
    fn from(scopes: Scopes) -> Self {
        scopes.0
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    /// Reads names with spaces between; order, repetition and further spaces do not matter.
    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let names = text.split(' ').filter(|name| !name.is_empty()).map(ScopeName::from_str);
        names.collect::<Result<BTreeSet<_>, _>>()?.try_into()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(name.as_str())?;
        }
        Ok(())
    }
}

/// What a scope is for, in words: at most 200 characters without line breaks, and possibly none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeDescription(String);

/// The description has more than 200 characters, or a line break or another control character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Use at most 200 characters, without line breaks.")]
pub struct InvalidDescription;

impl ScopeDescription {
    /// The description, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ScopeDescription {
    type Err = InvalidDescription;

    fn from_str(text: &str) -> Result<Self, InvalidDescription> {
        let text = text.trim();
        if text.chars().any(is_control) || text.chars().count() > LONGEST_DESCRIPTION {
            return Err(InvalidDescription);
        }
        Ok(Self(text.to_owned()))
    }
}

/// A scope of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scope {
    /// Its name.
    pub name: ScopeName,
    /// What it is for, in words.
    pub description: String,
    /// Whether it is one of Latchkey's own: it cannot be changed or deleted.
    pub built_in: bool,
}

impl From<BuiltInScope> for Scope {
    fn from(scope: BuiltInScope) -> Self {
        Self { name: scope.into(), description: scope.description().to_owned(), built_in: true }
    }
}

/// The scopes that keys of an organization can carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopeList {
    /// The organization's own by name, then the built-in ones.
    pub scopes: Vec<Scope>,
}

/// Asks for a new scope, or for another description of one. Both texts are checked on arrival.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefineScope {
    /// The name ([`ScopeName`]).
    pub name: String,
    /// What it is for ([`ScopeDescription`]).
    #[serde(default)]
    pub description: String,
}

/// A scope after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefinedScope {
    /// The scope, as it is now.
    pub scope: Scope,
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
    fn a_set_is_written_in_order_and_once_each() {
        let scopes: Scopes = " b  a b ".parse().unwrap();
        assert_eq!(scopes.to_string(), "a b");
        assert_eq!(scopes.to_string().parse::<Scopes>().unwrap(), scopes);
        assert_eq!(serde_json::to_string(&scopes).unwrap(), r#"["a","b"]"#);
        assert_eq!("".parse::<Scopes>().unwrap().to_string(), "");
        assert!("a \"".parse::<Scopes>().is_err());
        let many: Vec<_> = (0..51).map(|number| number.to_string()).collect();
        assert_eq!(many.join(" ").parse::<Scopes>(), Err(InvalidScope::TooMany));
    }

    #[test]
    fn sets_are_compared_and_cut() {
        let read = |text: &str| text.parse::<Scopes>().unwrap();
        assert!(read("a b c").contain_all(&read("c a")));
        assert!(read("a").contain_all(&read("")));
        assert!(!read("a").contain_all(&read("a b")));
        assert_eq!(read("a b").intersection(&read("b c")), read("b"));
        assert_eq!(read("a b").difference(&read("b c")), read("a"));
    }

    #[test]
    fn the_built_in_scopes_are_known_by_name() {
        for scope in BuiltInScope::ALL {
            assert_eq!(ScopeName::from(scope).built_in(), Some(scope));
            assert!(scope.as_str().parse::<ScopeName>().is_ok());
        }
        assert_eq!("orders:read".parse::<ScopeName>().unwrap().built_in(), None);
    }
}
