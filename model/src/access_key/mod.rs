//! Access keys as the console and scripts see them.

mod calls;

pub use calls::{
    AccessKeyDetails, AccessKeyPage, ChangedAccessKey, CreateAccessKey, CreatedAccessKey, HistoryPage, ListAccessKeys,
    Outcome, StatusFilter, StatusSet, Validation,
};
use serde::{Deserialize, Serialize};

use crate::{id::AccessKeyId, scope::Scopes, timestamp::Timestamp, token_lifetime::TokenLifetime};

/// How a key is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Kind {
    /// An OAuth 2.0 client, which exchanges its secret for access tokens (RFC 6749 §4.4).
    #[serde(rename = "oauth_client")]
    OAuthClient,
    /// An API key, which is presented itself, by Basic or Bearer.
    ApiKey,
}

impl Kind {
    /// The kind as the wire and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OAuthClient => "oauth_client",
            Self::ApiKey => "api_key",
        }
    }

    /// What stands before the underscore of an identifier of this kind.
    #[must_use]
    pub const fn id_prefix(self) -> &'static str {
        match self {
            Self::OAuthClient => "oc",
            Self::ApiKey => "ak",
        }
    }
}

/// What a key is good for at this moment. Only an active key opens anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum KeyStatus {
    /// Accepted.
    Active,
    /// Refused until activated: every key begins so.
    Inactive,
    /// Refused for good: its expiry has passed.
    Expired,
    /// Refused; can be restored for 30 days.
    Deleted,
}

/// What a key proves itself by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Authentication {
    /// A secret that was shown once.
    #[default]
    Secret,
    /// A signature, of which Latchkey holds the public key (RFC 7523): OAuth clients alone.
    PrivateKeyJwt,
}

/// The two states that an administrator sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Activation {
    /// Accepted from now on.
    Active,
    /// Refused from now on, and its access tokens with it.
    Inactive,
}

/// A moment of use and the network address it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// The caller's address, without a port.
    pub from: String,
}

/// An access key, without its secret: nobody can read that back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessKey {
    /// Its identifier; the `client_id` of an OAuth client.
    pub id: AccessKeyId,
    /// How it is presented.
    pub kind: Kind,
    /// The name that a person gave it.
    pub name: String,
    /// What it is good for now.
    pub status: KeyStatus,
    /// What it may be used for.
    #[serde(default)]
    pub scopes: Scopes,
    /// What it proves itself by.
    #[serde(default)]
    pub authentication: Authentication,
    /// How long an OAuth client's access tokens last, if not as long as others'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<TokenLifetime>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The e-mail address of who made it, or the ID of the credential that did.
    pub created_by: String,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Its first accepted call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_used: Option<Use>,
    /// Its latest accepted call, unless the operator has these not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Use>,
}

/// What is known of a key's latest accepted call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastUse<'a> {
    /// It is this one.
    At(&'a Use),
    /// There was one, and the operator has last uses not recorded.
    NotRecorded,
    /// There was none.
    Never,
}

impl AccessKey {
    /// What is known of its latest accepted call.
    #[must_use]
    pub fn last_use(&self) -> LastUse<'_> {
        match (&self.last_used, &self.first_used) {
            (Some(last), _) => LastUse::At(last),
            (None, Some(_)) => LastUse::NotRecorded,
            (None, None) => LastUse::Never,
        }
    }
}

/// What was done to a key or a member.
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

/// One line of a key's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRecord {
    /// What was done.
    pub action: Action,
    /// When.
    pub at: Timestamp,
    /// The e-mail address of who did it; the command line and the server itself sign as `latchkey`.
    pub by: String,
    /// The network address that it came from.
    pub from: String,
    /// What more there is to say: a renamed key's old name, a member's new role, the
    /// scopes that a key carries from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redacted::Secret;

    #[test]
    fn kinds_are_written_as_the_contract_has_them() {
        assert_eq!(serde_json::to_string(&Kind::OAuthClient).unwrap(), r#""oauth_client""#);
        assert_eq!(serde_json::to_string(&Kind::ApiKey).unwrap(), r#""api_key""#);
    }

    #[test]
    fn a_debugged_reply_hides_the_secret() {
        let created = CreatedAccessKey {
            key: AccessKey {
                id: "ak_7Hq2mV9cXw4T".parse().unwrap(),
                kind: Kind::ApiKey,
                name: "WMS".to_owned(),
                status: KeyStatus::Inactive,
                scopes: Scopes::default(),
                authentication: Authentication::Secret,
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
