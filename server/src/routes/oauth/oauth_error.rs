use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use latchkey_app::ssr::IntoProblem;
use latchkey_credentials::machines::{IntrospectError, IssueTokenError, RevokeTokenError, VerifyError};
use latchkey_model::{
    problem::{Problem, ProblemKind},
    scope::BuiltInScope,
};
use serde_json::json;

use crate::routes::presented::{INVALID_TOKEN, challenge_basic, challenge_bearer};

/// Why a request was refused, as RFC 6749 §5.2 tells it, or RFC 6750 §3.1 to a bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OAuthError {
    InvalidRequest(&'static str),
    /// Nobody has said who asks.
    NoCredential,
    /// Unknown, inactive, or another secret: which, is not told.
    InvalidClient,
    /// The bearer token with which the caller came is not accepted.
    InvalidToken,
    /// The caller is known, and does not carry `tokens:introspect`.
    InsufficientScope,
    UnsupportedGrantType,
    InvalidScope,
    MethodNotAllowed,
    TooLarge,
    /// For want of a code of its own in the RFC, that of §4.1.2.1.
    Unavailable {
        retry_after: u32,
    },
    Internal,
}

impl From<IssueTokenError> for OAuthError {
    fn from(error: IssueTokenError) -> Self {
        match error {
            IssueTokenError::InvalidClient => Self::InvalidClient,
            IssueTokenError::InvalidScope => Self::InvalidScope,
            IssueTokenError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            IssueTokenError::Signing(error) => Self::of_problem(&error.into_problem()),
            IssueTokenError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }
}

impl From<RevokeTokenError> for OAuthError {
    fn from(error: RevokeTokenError) -> Self {
        match error {
            RevokeTokenError::InvalidClient => Self::InvalidClient,
            RevokeTokenError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            RevokeTokenError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }
}

impl From<IntrospectError> for OAuthError {
    fn from(error: IntrospectError) -> Self {
        match error {
            IntrospectError::InsufficientScope => Self::InsufficientScope,
            IntrospectError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            IntrospectError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }
}

impl OAuthError {
    /// The engine's refusal of whoever asks: `refused`, if that is its verdict.
    pub(super) fn of_verification(error: VerifyError, refused: Self) -> Self {
        match error {
            VerifyError::Refused => refused,
            VerifyError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            VerifyError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }

    /// What a defect of ours is answered with.
    pub(crate) fn internal() -> Self {
        Self::Internal
    }

    /// No verdict within the time that a request has.
    pub(crate) fn unavailable() -> Self {
        Self::Unavailable { retry_after: 1 }
    }

    /// No verdict; what is internal has gone to the log.
    fn of_problem(problem: &Problem) -> Self {
        match problem.kind {
            ProblemKind::Unavailable => Self::Unavailable { retry_after: problem.retry_after.unwrap_or(1) },
            _ => Self::Internal,
        }
    }

    fn told(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::NoCredential | Self::InvalidClient => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "the client is unknown, not active, or its proof is wrong")
            }
            Self::UnsupportedGrantType => {
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", "only client_credentials is supported")
            }
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, "invalid_token", "the bearer token is not accepted"),
            Self::InsufficientScope => {
                (StatusCode::FORBIDDEN, "insufficient_scope", "the scope tokens:introspect is missing")
            }
            Self::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope", "the client does not have this scope"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "send POST"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the request is too large"),
            Self::Unavailable { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in a moment")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong"),
        }
    }

    /// The same where tokens and API keys are taken by Bearer as well: a refusal that this concerns says so.
    pub(super) fn into_response_to_a_bearer(self, issuer: &str) -> Response {
        let mut response = self.into_response();
        match self {
            Self::NoCredential => challenge_bearer(&mut response, issuer, ""),
            Self::InvalidToken => challenge_bearer(&mut response, issuer, INVALID_TOKEN),
            Self::InsufficientScope => {
                let scope = BuiltInScope::IntrospectTokens.as_str();
                challenge_bearer(&mut response, issuer, &format!(r#", error="insufficient_scope", scope="{scope}""#));
            }
            _ => {}
        }
        response
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let (status, error, description) = self.told();
        let body = Json(json!({ "error": error, "error_description": description }));
        let mut response = (status, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            challenge_basic(&mut response);
        }
        if let Self::Unavailable { retry_after } = self {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
        }
        response
    }
}
