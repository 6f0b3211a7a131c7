use serde::{Deserialize, Serialize};

use super::{AccessKey, AuditRecord, Kind};
use crate::{id::RequestId, public_key::Jwk, redacted::Secret, scope::Scopes, timestamp::Timestamp};

/// Which keys a list shows. Without one, all but the deleted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the status of that name")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StatusFilter {
    Active,
    Inactive,
    Expired,
    Deleted,
}

/// Asks for a page of keys, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListAccessKeys {
    /// The tab.
    pub kind: Kind,
    /// Where the page before ended: its `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many keys, 1 to 200; 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Part of a name, in any case, or the start of an ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only keys of this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusFilter>,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessKeyPage {
    /// Newest first.
    pub keys: Vec<AccessKey>,
    /// Where the next page begins, if there is one. A page of a search may hold fewer keys than were asked for, even
    /// none, and yet not be the last.
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
    /// The public key of a client that proves itself by its private one.
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
    /// How it is to be presented.
    pub kind: Kind,
    /// A meaningful name.
    pub name: String,
    /// When it shall end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// What it shall be used for: scopes that the organization has defined, or built-in ones.
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    pub scopes: Scopes,
    /// For an OAuth client that authenticates itself by `private_key_jwt` (RFC 7523): its public key. It gets no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Jwk>,
    /// Proves that who registers `public_key` has its private half: a JWT with `typ` `latchkey-key-proof+jwt` and the public
    /// key as `jwk` in its header, and the issuer as `aud` and `request_id` as its claims. The console always sends one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key_proof: Option<String>,
    /// How long an OAuth client's access tokens last, in seconds ([`TokenLifetime`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
    /// Makes the request safe to repeat: a second one is refused with the existing key's ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
}

/// A new key with its secret: the only reply that ever holds one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreatedAccessKey {
    /// The key, inactive.
    pub key: AccessKey,
    /// Its secret, shown this once. A client with a public key has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Secret>,
}

/// A key after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedAccessKey {
    /// The key, as it is now.
    pub key: AccessKey,
}

/// A key whose status was set, and where that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusSet {
    /// The key, as it is now.
    pub key: AccessKey,
    /// The nodes that go by it, by their names.
    pub applied: Vec<String>,
    /// The nodes that have not said so within two seconds. Each stops judging by itself, within what the operator has set, unless
    /// it hears of the change.
    pub pending: Vec<String>,
    /// When that was so.
    pub applied_at: Timestamp,
    /// After a deactivation, until when a service that checks only the signature of an access token may accept one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_end_by: Option<Timestamp>,
}

/// What an administrator learns of a credential that somebody brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Outcome {
    /// Right, and active.
    Valid,
    /// Right, but inactive.
    Inactive,
    /// Right, but expired.
    Expired,
    /// Right, but deleted.
    Deleted,
    /// The ID exists; the secret is another.
    WrongSecret,
    /// No such ID in this organization.
    Unknown,
}

/// The reply of `validate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Validation {
    /// What the pair of ID and secret is worth.
    pub outcome: Outcome,
}
