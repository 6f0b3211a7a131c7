use serde::{Deserialize, Serialize};

use super::{BuiltInScope, ScopeName};

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

/// A page of the scopes that keys of an organization can carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopePage {
    /// The organization's own by name, then the built-in ones.
    pub scopes: Vec<Scope>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Asks for a new scope, or for another description of one. Both texts are checked on arrival.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefineScope {
    /// The name (a scope-token of RFC 6749 §3.3, at most 64 bytes).
    pub name: String,
    /// What it is for (at most 200 characters, without line breaks).
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
