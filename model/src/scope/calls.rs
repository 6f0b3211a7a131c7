use serde::{Deserialize, Serialize};

use super::{BuiltInScope, ScopeName};

/// A scope of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scope {
    /// The name.
    pub name: ScopeName,
    /// The description.
    pub description: String,
    /// Whether it is built in: a built-in scope cannot be changed or deleted.
    pub built_in: bool,
}

impl From<BuiltInScope> for Scope {
    fn from(scope: BuiltInScope) -> Self {
        Self { name: scope.into(), description: scope.description().to_owned(), built_in: true }
    }
}

/// A page of the scopes that keys of an organization can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopePage {
    /// The scopes that the organization defined, by name, and then the built-in scopes.
    pub scopes: Vec<Scope>,
    /// Where the next page begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Defines a scope, or changes its description. The server checks both texts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefineScope {
    /// The name: a scope-token of RFC 6749 §3.3 with at most 64 bytes.
    pub name: String,
    /// The description: at most 200 characters, without line breaks.
    #[serde(default)]
    pub description: String,
}

/// Deletes a scope that no key has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteScope {
    /// The scope.
    pub name: ScopeName,
}

/// A scope after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DefinedScope {
    /// The scope after the change.
    pub scope: Scope,
}
