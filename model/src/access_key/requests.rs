use serde::{Deserialize, Serialize};

use super::{Activation, KeyStatus, Kind};
use crate::{
    id::{AccessKeyId, RequestId},
    public_key::Jwk,
    redacted::Secret,
    scope::Scopes,
    timestamp::Timestamp,
};

/// Asks for a page of keys, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListAccessKeys {
    /// The kind of the keys.
    pub kind: Kind,
    /// Where the previous page ended: its `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The number of keys, 1 to 200. The default is 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 200)))]
    pub limit: Option<u32>,
    /// Part of a name, in any case, or the start of an ID.
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Returns only keys with this status. By default, all keys but deleted ones are returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<KeyStatus>,
}

/// Asks for a key and the latest page of its history.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetAccessKey {
    /// The key.
    pub id: AccessKeyId,
}

/// Asks for a page of the history of a key, latest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListAccessKeyHistory {
    /// The key.
    pub id: AccessKeyId,
    /// Where the previous page ended: its `next_cursor`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The number of records, 1 to 200. The default is 50.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 200)))]
    pub limit: Option<u32>,
}

/// Asks for a new key. The name is checked on arrival ([`crate::name::KeyName`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// Renames a key. Names may repeat.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RenameAccessKey {
    /// The key.
    pub id: AccessKeyId,
    /// The new name, 1 to 100 characters ([`crate::name::KeyName`]).
    pub name: String,
}

/// Sets the scopes of a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetAccessKeyScopes {
    /// The key.
    pub id: AccessKeyId,
    /// The new scopes, which replace all earlier ones.
    pub scopes: Scopes,
}

/// Sets the lifetime of an OAuth client's access tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetTokenLifetime {
    /// The OAuth client.
    pub id: AccessKeyId,
    /// In seconds ([`crate::token_lifetime::TokenLifetime`]). The default is the server's setting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
}

/// Activates or deactivates a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetAccessKeyStatus {
    /// The key.
    pub id: AccessKeyId,
    /// The new status. To set the current status changes nothing.
    pub status: Activation,
}

/// Deletes a key. It can be restored for 30 days.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteAccessKey {
    /// The key.
    pub id: AccessKeyId,
    /// The name of the key, as a confirmation.
    pub name: String,
}

/// Restores a deleted key, which is inactive afterwards.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RestoreAccessKey {
    /// The key.
    pub id: AccessKeyId,
}

/// Asks whether a pair of ID and secret is right.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidateAccessKey {
    /// Any string. A malformed ID is reported as `unknown`.
    pub id: String,
    /// The secret to check.
    pub secret: Secret,
}
