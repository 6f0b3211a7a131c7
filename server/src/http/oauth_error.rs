use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use latchkey_engine::{
    oauth::{IntrospectError, IssueTokenError, RevokeTokenError},
    verification::VerifyError,
};
use latchkey_model::{
    problem::{Problem, ProblemKind},
    scope::{BuiltInScope, Scopes},
};
use serde_json::json;

use super::{
    authorization_header::Authorization,
    challenges::{
        INVALID_TOKEN, add_basic_challenge, add_bearer_challenge, add_scope_challenge, may_offer_basic,
        own_metadata_url,
    },
};

/// Why a request was refused, as in RFC 6749 §5.2, or as in RFC 6750 §3.1 for a bearer credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OAuthError {
    InvalidRequest(&'static str),
    /// The request does not authenticate.
    MissingCredential,
    /// The client is unknown or inactive, or its secret is wrong. The response does not say which.
    InvalidClient,
    /// The bearer token of the caller is not accepted.
    InvalidToken,
    /// The caller is known, and lacks `tokens:introspect`.
    InsufficientScope,
    UnsupportedGrantType,
    InvalidScope,
    /// RFC 8707 §2.
    InvalidTarget,
    MethodNotAllowed,
    TooLarge,
    /// RFC 6749 §5.2 has no code for it, so the one of §4.1.2.1 is used.
    Unavailable {
        retry_after: u32,
    },
    /// As [`OAuthError::Unavailable`], because the database accepts no changes.
    ReadOnly {
        retry_after: u32,
    },
    Internal,
}

impl From<IssueTokenError> for OAuthError {
    fn from(error: IssueTokenError) -> Self {
        match error {
            IssueTokenError::InvalidClient => Self::InvalidClient,
            IssueTokenError::InvalidScope => Self::InvalidScope,
            IssueTokenError::Overloaded(error) => Self::from_problem(&error.into()),
            IssueTokenError::Signing(error) => Self::from_problem(&error.into()),
            IssueTokenError::Storage(error) => Self::from_problem(&error.into()),
        }
    }
}

impl From<RevokeTokenError> for OAuthError {
    fn from(error: RevokeTokenError) -> Self {
        match error {
            RevokeTokenError::InvalidClient => Self::InvalidClient,
            // RFC 7009 §2.2.1 specifies 503 for it.
            RevokeTokenError::TooManyAttempts(error) => {
                Self::Unavailable { retry_after: Problem::from(error).retry_after.unwrap_or(1) }
            }
            RevokeTokenError::Overloaded(error) => Self::from_problem(&error.into()),
            RevokeTokenError::Storage(error) => Self::from_problem(&error.into()),
        }
    }
}

impl From<IntrospectError> for OAuthError {
    fn from(error: IntrospectError) -> Self {
        match error {
            IntrospectError::InsufficientScope => Self::InsufficientScope,
            IntrospectError::Overloaded(error) => Self::from_problem(&error.into()),
            IntrospectError::Storage(error) => Self::from_problem(&error.into()),
        }
    }
}

impl OAuthError {
    /// RFC 6749 §2.3.
    pub(super) const DUPLICATE_AUTHORIZATION: Self =
        Self::InvalidRequest("there is more than one Authorization header");

    /// Converts the engine's error about the caller. Returns `refused` if the engine has refused the caller.
    pub(super) fn from_verify_error(error: VerifyError, refused: Self) -> Self {
        match error {
            VerifyError::Refused => refused,
            VerifyError::Overloaded(error) => Self::from_problem(&error.into()),
            VerifyError::Storage(error) => Self::from_problem(&error.into()),
        }
    }

    /// The response to a defect.
    pub(crate) fn internal() -> Self {
        Self::Internal
    }

    /// There is no result within the time that a request has.
    pub(crate) fn unavailable() -> Self {
        Self::Unavailable { retry_after: 1 }
    }

    /// Converts a failure; internal ones have been logged.
    fn from_problem(problem: &Problem) -> Self {
        match problem.kind {
            ProblemKind::Unavailable => Self::Unavailable { retry_after: problem.retry_after.unwrap_or(1) },
            ProblemKind::ReadOnly => Self::ReadOnly { retry_after: problem.retry_after.unwrap_or(1) },
            _ => Self::Internal,
        }
    }

    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::MissingCredential | Self::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "the client is unknown or not active, or its secret or assertion is wrong",
            ),
            Self::UnsupportedGrantType => {
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", "only client_credentials is supported")
            }
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, "invalid_token", "the bearer token is not accepted"),
            Self::InsufficientScope => {
                (StatusCode::FORBIDDEN, "insufficient_scope", "the scope tokens:introspect is missing")
            }
            Self::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope", "the client does not have this scope"),
            Self::InvalidTarget => {
                (StatusCode::BAD_REQUEST, "invalid_target", "resource must name one of the server's audiences")
            }
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "send POST"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the request is too large"),
            Self::Unavailable { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in a moment")
            }
            Self::ReadOnly { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "the database is read-only at the moment")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong"),
        }
    }

    /// Returns the refusal of a call that only clients may make, and not by Bearer. If Basic may not be offered, the
    /// challenge leads to the metadata, which lists the other methods.
    pub(super) fn into_client_response(self, caller: &OfferedSchemes) -> Response {
        let mut response = self.into_response();
        if response.status() == StatusCode::UNAUTHORIZED {
            if caller.basic {
                add_basic_challenge(&mut response);
            } else {
                add_bearer_challenge(&mut response, &caller.metadata, "");
            }
        }
        response
    }

    /// Returns the refusal of a call that also accepts tokens and API keys by Bearer.
    pub(super) fn into_client_or_bearer_response(self, caller: &OfferedSchemes) -> Response {
        let mut response = self.into_response();
        match self {
            Self::InvalidToken => add_bearer_challenge(&mut response, &caller.metadata, INVALID_TOKEN),
            Self::MissingCredential | Self::InvalidClient => add_bearer_challenge(&mut response, &caller.metadata, ""),
            Self::InsufficientScope => {
                let scope = BuiltInScope::IntrospectTokens.as_str().parse::<Scopes>().unwrap_or_default();
                add_scope_challenge(&mut response, &caller.metadata, &scope);
            }
            _ => {}
        }
        if response.status() == StatusCode::UNAUTHORIZED && caller.basic {
            add_basic_challenge(&mut response);
        }
        response
    }
}

/// What a refusal may offer to the caller. It is read from the request before that is consumed.
pub(super) struct OfferedSchemes {
    basic: bool,
    metadata: String,
}

impl OfferedSchemes {
    pub(super) fn for_request(headers: &HeaderMap, issuer: &str) -> Self {
        let basic = may_offer_basic(&Authorization::from_headers(headers), headers);
        Self { basic, metadata: own_metadata_url(issuer) }
    }
}

/// Without a challenge, which depends on the call and its caller.
impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let (status, error, description) = self.parts();
        let body = Json(json!({ "error": error, "error_description": description }));
        let mut response = (status, body).into_response();
        if let Self::Unavailable { retry_after } | Self::ReadOnly { retry_after } = self {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
        }
        response
    }
}
