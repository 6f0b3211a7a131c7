//! The error of every server function: problem details (RFC 9457).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::AccessKeyId;

macro_rules! problem_kinds {
    ($($(#[$documentation:meta])* $name:ident $status:literal $slug:literal $title:literal;)+) => {
        /// The kind of a problem: the `type` of RFC 9457. It is stable, so that programs can distinguish problems.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum ProblemKind {
            $($(#[$documentation])* #[serde(rename = $slug)] $name,)+
        }

        impl ProblemKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns the `type` of RFC 9457.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)+ }
            }

            /// Returns the HTTP status of this kind.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// Returns a short summary, which is the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

problem_kinds! {
    /// The request is not a JSON object.
    MalformedRequest 400 "urn:latchkey:problem:malformed-request" "The request is malformed";
    /// The caller is not signed in, or the session has ended.
    NotSignedIn 401 "urn:latchkey:problem:not-signed-in" "Sign in first";
    /// The e-mail address or the password is wrong. The caller does not learn which.
    WrongCredentials 401 "urn:latchkey:problem:wrong-credentials" "E-mail address or password is wrong";
    /// The credential is missing or not accepted.
    InvalidCredential 401 "urn:latchkey:problem:invalid-credential" "The credential is not accepted";
    /// The caller is authenticated, and not allowed to make the call: because of its role or its organization, or because no
    /// credential may.
    NotAllowed 403 "urn:latchkey:problem:not-allowed" "The caller may not do this";
    /// The credential is valid, and lacks a scope that the call needs.
    InsufficientScope 403 "urn:latchkey:problem:insufficient-scope" "The credential lacks a scope";
    /// The request comes from another site.
    CrossSite 403 "urn:latchkey:problem:cross-site" "The request comes from another site";
    /// The object does not exist, or the caller may not see it.
    NotFound 404 "urn:latchkey:problem:not-found" "Not found";
    /// The path does not support this method.
    MethodNotAllowed 405 "urn:latchkey:problem:method-not-allowed" "This method is not allowed here";
    /// A request with the same `request_id` created a key already.
    AlreadyCreated 409 "urn:latchkey:problem:already-created" "This request was carried out before";
    /// The state of the object does not allow the change.
    Conflict 409 "urn:latchkey:problem:conflict" "The current state does not allow this";
    /// The number of objects has reached the operator's limit.
    LimitReached 409 "urn:latchkey:problem:limit-reached" "A limit has been reached";
    /// The one-time link was used, has expired or never existed.
    LinkEnded 410 "urn:latchkey:problem:link-ended" "This link has been used or has expired";
    /// The body is larger than any call requires.
    TooLarge 413 "urn:latchkey:problem:too-large" "The request is too large";
    /// The body is not `application/json`.
    UnsupportedMediaType 415 "urn:latchkey:problem:unsupported-media-type" "Send application/json";
    /// A field is missing, not known, of the wrong type or not acceptable. `field` names it.
    InvalidField 422 "urn:latchkey:problem:invalid-field" "A field was not accepted";
    /// Too many attempts. `Retry-After` has the number of seconds to wait.
    TooManyAttempts 429 "urn:latchkey:problem:too-many-attempts" "Too many attempts";
    /// An internal error. The log has the details.
    Internal 500 "urn:latchkey:problem:internal" "Something went wrong";
    /// The database cannot be reached or does not accept the change.
    Unavailable 503 "urn:latchkey:problem:unavailable" "Latchkey cannot do this right now";
    /// The database is read-only, because of maintenance or a failover. Calls that only read still work.
    ReadOnly 503 "urn:latchkey:problem:read-only" "The database is read-only";
    /// The browser could not reach the server. The server never sends this.
    Unreachable 0 "urn:latchkey:problem:unreachable" "Latchkey could not be reached";
}

/// The field of a request that a problem is about, by its path: `name`, `public_key.kty`, `scopes[2]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field(Cow<'static, str>);

#[expect(missing_docs, reason = "each is the field of that name")]
impl Field {
    pub const NAME: Self = Self(Cow::Borrowed("name"));
    pub const EXPIRES_AT: Self = Self(Cow::Borrowed("expires_at"));
    pub const ORGANIZATION: Self = Self(Cow::Borrowed("organization"));
    pub const EMAIL: Self = Self(Cow::Borrowed("email"));
    pub const PASSWORD: Self = Self(Cow::Borrowed("password"));
    pub const CURRENT: Self = Self(Cow::Borrowed("current"));
    pub const NEW: Self = Self(Cow::Borrowed("new"));
    pub const CURSOR: Self = Self(Cow::Borrowed("cursor"));
    pub const LIMIT: Self = Self(Cow::Borrowed("limit"));
    pub const DESCRIPTION: Self = Self(Cow::Borrowed("description"));
    pub const PUBLIC_KEY: Self = Self(Cow::Borrowed("public_key"));
    pub const PUBLIC_KEY_PROOF: Self = Self(Cow::Borrowed("public_key_proof"));
    pub const SCOPES: Self = Self(Cow::Borrowed("scopes"));
    pub const SEARCH: Self = Self(Cow::Borrowed("search"));
    pub const TOKEN_LIFETIME: Self = Self(Cow::Borrowed("token_lifetime"));

    /// Returns the field at a path.
    #[must_use]
    pub fn at(path: String) -> Self {
        Self(Cow::Owned(path))
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Problem details (RFC 9457 §3), with additional members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{detail}")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The kind of the problem.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The summary of the kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// An explanation of this occurrence for people.
    pub detail: String,
    /// The refused field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The ID of the key that the first request created, if the request was repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AccessKeyId>,
    /// The number of seconds after which another attempt makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// Creates a problem whose title is a sufficient explanation.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self::with_detail(kind, format!("{}.", kind.title()))
    }

    /// Creates a problem with a separate explanation.
    #[must_use]
    pub fn with_detail(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            field: None,
            id: None,
            retry_after: None,
        }
    }

    /// Creates the problem of a refused field.
    #[must_use]
    pub fn at_field(field: Field, detail: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::with_detail(ProblemKind::InvalidField, detail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_serializes_as_in_rfc_9457() {
        let json = serde_json::to_value(Problem::at_field(Field::NAME, "Enter a name.")).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": "urn:latchkey:problem:invalid-field",
                "title": "A field was not accepted",
                "status": 422,
                "detail": "Enter a name.",
                "field": "name",
            })
        );
    }
}
