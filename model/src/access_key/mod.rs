//! Access keys, and the requests and replies of their calls.

mod kind;
mod replies;
mod requests;

pub use kind::Kind;
pub use replies::{
    AccessKeyDetails, AccessKeyPage, ChangedAccessKey, CreatedAccessKey, HistoryPage, StatusSet, Validation,
    ValidationOutcome,
};
pub use requests::{
    CreateAccessKey, DeleteAccessKey, GetAccessKey, ListAccessKeyHistory, ListAccessKeys, RenameAccessKey,
    RestoreAccessKey, SetAccessKeyScopes, SetAccessKeyStatus, SetTokenLifetime, ValidateAccessKey,
};
use serde::{Deserialize, Serialize};

use crate::{id::AccessKeyId, scope::Scopes, timestamp::Timestamp, token_lifetime::TokenLifetime};

/// The status of a key. Only an active key is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KeyStatus {
    /// Accepted.
    Active,
    /// Refused until it is activated. Every new key is inactive.
    Inactive,
    /// Refused permanently, because its expiry has passed.
    Expired,
    /// Refused. It can be restored for 30 days.
    Deleted,
}

/// How a key authenticates (RFC 6749 §2.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AuthenticationMethod {
    /// By a secret, which was shown once.
    #[default]
    Secret,
    /// By a signature that Latchkey verifies with the public key (RFC 7523). Only OAuth clients have this.
    PrivateKeyJwt,
}

/// The two states that an administrator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Activation {
    /// Accepted from now on.
    Active,
    /// Refused from now on, as are its access tokens.
    Inactive,
}

/// An accepted call: its time and the network address that it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// The caller's address, without a port.
    pub from: String,
}

/// An access key, without its secret, which cannot be read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessKey {
    /// The identifier; the `client_id` of an OAuth client.
    pub id: AccessKeyId,
    /// How the key is presented.
    pub kind: Kind,
    /// The name that the administrator chose.
    pub name: String,
    /// The current status.
    pub status: KeyStatus,
    /// What the key may be used for.
    #[serde(default)]
    pub scopes: Scopes,
    /// What it proves itself by.
    #[serde(default)]
    pub authentication: AuthenticationMethod,
    /// The lifetime of an OAuth client's access tokens, if it differs from the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<TokenLifetime>,
    /// When the key was created.
    pub created_at: Timestamp,
    /// The e-mail address of the administrator who created it, or the ID of the credential that did.
    pub created_by: String,
    /// When the key expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When the key was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// The first accepted call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_used: Option<Use>,
    /// The latest accepted call, unless the operator has disabled recording it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Use>,
}

/// What is known about a key's latest accepted call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastUse<'a> {
    /// The latest call.
    At(&'a Use),
    /// There was a call, but the operator has disabled recording the latest one.
    NotRecorded,
    /// The key was never used.
    Never,
}

impl AccessKey {
    /// Returns what is known about the latest accepted call.
    #[must_use]
    pub fn last_use(&self) -> LastUse<'_> {
        match (&self.last_used, &self.first_used) {
            (Some(last), _) => LastUse::At(last),
            (None, Some(_)) => LastUse::NotRecorded,
            (None, None) => LastUse::Never,
        }
    }
}

/// An action on a key or a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the past tense of the operation that it records")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Action {
    Created,
    Renamed,
    ScopesChanged,
    TokenLifetimeChanged,
    Activated,
    Deactivated,
    Deleted,
    Restored,
    Purged,
    Invited,
    InvitationWithdrawn,
    Joined,
    RoleChanged,
    Removed,
    PasswordChanged,
    PasswordReset,
    RecoveryLinkMade,
    ScopeDefined,
    ScopeDeleted,
    SignedIn,
    SignedOut,
    TokensEnded,
}

/// An entry in a key's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRecord {
    /// The action.
    pub action: Action,
    /// When.
    pub at: Timestamp,
    /// The e-mail address of the actor; `latchkey` for the command line and the server.
    pub by: String,
    /// The network address of the actor.
    pub from: String,
    /// Additional information: a renamed key's old name, a member's new role, or the
    /// new scopes of a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redacted::Secret;

    #[test]
    fn debug_output_of_a_reply_hides_the_secret() {
        let created = CreatedAccessKey {
            key: AccessKey {
                id: "ak_7Hq2mV9cXw4T".parse().unwrap(),
                kind: Kind::ApiKey,
                name: "WMS".to_owned(),
                status: KeyStatus::Inactive,
                scopes: Scopes::default(),
                authentication: AuthenticationMethod::Secret,
                token_lifetime: None,
                created_at: Timestamp(0),
                created_by: "ana@example.com".to_owned(),
                expires_at: None,
                deleted_at: None,
                first_used: None,
                last_used: None,
            },
            secret: Some(Secret::from("lk_ak_hidden".to_owned())),
        };
        assert!(!format!("{created:?}").contains("hidden"));
    }
}
