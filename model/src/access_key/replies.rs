use serde::{Deserialize, Serialize};

use super::{AccessKey, AuditRecord};
use crate::{public_key::Jwk, redacted::Secret, timestamp::Timestamp};

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessKeyPage {
    /// Newest first.
    pub keys: Vec<AccessKey>,
    /// Where the next page begins, if there is one. A page of a search may have fewer keys than requested, even
    /// zero, and not be the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A key and its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessKeyDetails {
    /// The key.
    pub key: AccessKey,
    /// The public key of a client that authenticates with its private key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Jwk>,
    /// The latest page of its history.
    #[serde(flatten)]
    pub history: HistoryPage,
}

/// A page of a key's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HistoryPage {
    /// Latest first.
    #[serde(rename = "history")]
    pub records: Vec<AuditRecord>,
    /// Where the next page, of older records, begins, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A new key with its secret. No other reply contains a secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedAccessKey {
    /// The key, which is inactive.
    pub key: AccessKey,
    /// The secret, which is never shown again. A client with a public key has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

/// A key after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedAccessKey {
    /// The key after the change.
    pub key: AccessKey,
}

/// A key whose status was set, and the nodes on which that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusSet {
    /// The key after the change.
    pub key: AccessKey,
    /// The names of the nodes that have applied the status.
    pub applied: Vec<String>,
    /// The names of the nodes that have not confirmed it within two seconds. Each of them stops verifying credentials within
    /// the time that the operator has set, unless it learns of the change.
    pub pending: Vec<String>,
    /// When this was the state.
    pub applied_at: Timestamp,
    /// After a deactivation, the time until which a service that checks only the signature of an access token may accept one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_end_by: Option<Timestamp>,
}

/// The result of validating an ID and a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ValidationOutcome {
    /// The secret is right, and the key is active.
    Valid,
    /// The secret is right, but the key is inactive.
    Inactive,
    /// The secret is right, but the key has expired.
    Expired,
    /// The secret is right, but the key is deleted.
    Deleted,
    /// The ID exists, but the secret is wrong.
    WrongSecret,
    /// This organization has no key with this ID.
    Unknown,
}

/// The reply of `validate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Validation {
    /// The result for the ID and the secret.
    pub outcome: ValidationOutcome,
}
