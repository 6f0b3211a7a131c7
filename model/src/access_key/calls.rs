use serde::{Deserialize, Serialize};

use super::{AccessKey, AuditRecord, KeyStatus, Kind};
use crate::{id::RequestId, public_key::Jwk, redacted::Secret, scope::Scopes, timestamp::Timestamp};

/// Asks for a page of keys, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListAccessKeys {
    /// The kind of the keys.
    pub kind: Kind,
    /// Where the previous page ended: its `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The number of keys, 1 to 200. The default is 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Part of a name, in any case, or the start of an ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Returns only keys with this status. By default, all keys but deleted ones are returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<KeyStatus>,
}

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
    #[serde(flatten)]
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

/// Asks for a new key. The name is checked on arrival ([`crate::name::KeyName`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateAccessKey {
    /// How the key will be presented.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// When the key expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// What the key may be used for: scopes that the organization has defined, or built-in scopes.
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    pub scopes: Scopes,
    /// The public key of an OAuth client that authenticates by `private_key_jwt` (RFC 7523). The client gets no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Jwk>,
    /// Proves that the sender has the private key that belongs to `public_key`: a JWT with `typ` `latchkey-key-proof+jwt` and
    /// the public key as `jwk` in its header, and the issuer as `aud` and `request_id` as its claims. The console always sends
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key_proof: Option<String>,
    /// How long an OAuth client's access tokens last, in seconds ([`TokenLifetime`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
    /// Makes the request safe to repeat: a second request with the same ID is refused, and the reply has the existing key's ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
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
