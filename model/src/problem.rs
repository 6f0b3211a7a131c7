//! The one error of every server function: problem details as in RFC 9457.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::AccessKeyId;

macro_rules! problem_kinds {
    ($($(#[$documentation:meta])* $name:ident $status:literal $slug:literal $title:literal;)+) => {
        /// What went wrong. The `type` of RFC 9457: stable, so that programs can tell problems apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum ProblemKind {
            $($(#[$documentation])* #[serde(rename = $slug)] $name,)+
        }

        impl ProblemKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The `type` of RFC 9457.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)+ }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)+ }
            }

            /// A short summary that does not change from one occurrence to the next.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

problem_kinds! {
    /// Not JSON, or not of the shape that the call takes.
    MalformedRequest 400 "urn:latchkey:problem:malformed-request" "The request is malformed";
    /// Nobody is signed in, or the session has ended.
    NotSignedIn 401 "urn:latchkey:problem:not-signed-in" "Sign in first";
    /// The e-mail address or the password is wrong; which one is not told.
    WrongCredentials 401 "urn:latchkey:problem:wrong-credentials" "E-mail address or password is wrong";
    /// No credential, or none that is accepted.
    InvalidCredential 401 "urn:latchkey:problem:invalid-credential" "The credential is not accepted";
    /// The caller is known, and may not do it: by its role, its organization, or because no credential may.
    NotAllowed 403 "urn:latchkey:problem:not-allowed" "The caller may not do this";
    /// The credential is good, and does not carry a scope that the call needs.
    InsufficientScope 403 "urn:latchkey:problem:insufficient-scope" "The credential lacks a scope";
    /// The request comes from another site.
    CrossSite 403 "urn:latchkey:problem:cross-site" "The request comes from another site";
    /// No such thing, or none that the caller may see.
    NotFound 404 "urn:latchkey:problem:not-found" "Not found";
    /// The path exists, for another method.
    MethodNotAllowed 405 "urn:latchkey:problem:method-not-allowed" "This method is not allowed here";
    /// A request with the same `request_id` made a key already.
    AlreadyCreated 409 "urn:latchkey:problem:already-created" "This request was carried out before";
    /// The state of the thing forbids the change.
    Conflict 409 "urn:latchkey:problem:conflict" "The current state does not allow this";
    /// As many of these exist as the operator allows.
    LimitReached 409 "urn:latchkey:problem:limit-reached" "A limit has been reached";
    /// A one-time link that was used, has ended or never was.
    LinkEnded 410 "urn:latchkey:problem:link-ended" "This link has been used or has expired";
    /// The body is larger than any call needs.
    TooLarge 413 "urn:latchkey:problem:too-large" "The request is too large";
    /// The body is not `application/json`.
    UnsupportedMediaType 415 "urn:latchkey:problem:unsupported-media-type" "Send application/json";
    /// A field was refused; `field` names it.
    InvalidField 422 "urn:latchkey:problem:invalid-field" "A field was not accepted";
    /// Too many attempts; `Retry-After` tells when to come back.
    TooManyAttempts 429 "urn:latchkey:problem:too-many-attempts" "Too many attempts";
    /// A defect of ours; the log knows more.
    Internal 500 "urn:latchkey:problem:internal" "Something went wrong";
    /// The database cannot be reached or does not accept the change.
    Unavailable 503 "urn:latchkey:problem:unavailable" "Latchkey cannot do this right now";
    /// The database is read-only, in maintenance or a failover: what only reads goes on.
    ReadOnly 503 "urn:latchkey:problem:read-only" "The database is read-only";
    /// The browser could not reach the server; never sent by it.
    Unreachable 0 "urn:latchkey:problem:unreachable" "Latchkey could not be reached";
}

/// The field that a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of that name")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Field {
    Name,
    ExpiresAt,
    Organization,
    Email,
    Password,
    Current,
    New,
    Cursor,
    Description,
    PublicKey,
    PublicKeyProof,
    Scopes,
    Search,
    TokenLifetime,
}

/// Problem details (RFC 9457 §3), with members of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[error("{detail}")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What went wrong.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The kind's summary.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What a person needs to know about this occurrence.
    pub detail: String,
    /// The field that was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The key that a repeated request made the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AccessKeyId>,
    /// Seconds until another attempt is worth it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem whose title says it all.
    #[must_use]
    pub fn new(kind: ProblemKind) -> Self {
        Self::with_detail(kind, format!("{}.", kind.title()))
    }

    /// A problem with a sentence of its own.
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

    /// A field that was refused, and why.
    #[must_use]
    pub fn at_field(field: Field, detail: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::with_detail(ProblemKind::InvalidField, detail) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_written_as_rfc_9457_has_it() {
        let json = serde_json::to_value(Problem::at_field(Field::Name, "Enter a name.")).unwrap();
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
