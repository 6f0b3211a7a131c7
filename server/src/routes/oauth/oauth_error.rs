use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use latchkey_app::ssr::IntoProblem;
use latchkey_credentials::machines::{IntrospectError, IssueTokenError, RevokeTokenError, VerifyError};
use latchkey_model::problem::{Problem, ProblemKind};
use serde_json::json;

use super::client_authentication::Method;

/// Why a request was refused, as RFC 6749 §5.2 tells it, or RFC 6750 §3.1 to a bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::routes) enum OAuthError {
    InvalidRequest(&'static str),
    /// Unknown, inactive, or another secret: which, is not told.
    InvalidClient(Method),
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

impl OAuthError {
    /// The engine's refusal of a token.
    pub(super) fn of_token(error: IssueTokenError, method: Method) -> Self {
        match error {
            IssueTokenError::InvalidClient => Self::InvalidClient(method),
            IssueTokenError::InvalidScope => Self::InvalidScope,
            IssueTokenError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            IssueTokenError::Signing(error) => Self::of_problem(&error.into_problem()),
            IssueTokenError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }

    /// The engine's refusal to revoke.
    pub(super) fn of_revocation(error: RevokeTokenError, method: Method) -> Self {
        match error {
            RevokeTokenError::InvalidClient => Self::InvalidClient(method),
            RevokeTokenError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            RevokeTokenError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }

    /// The engine's refusal to tell of a token.
    pub(super) fn of_introspection(error: IntrospectError) -> Self {
        match error {
            IntrospectError::InsufficientScope => Self::InsufficientScope,
            IntrospectError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            IntrospectError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
    }

    /// The engine's refusal of whoever asks: `refused`, if that is its verdict.
    pub(super) fn of_verification(error: VerifyError, refused: Self) -> Self {
        match error {
            VerifyError::Refused => refused,
            VerifyError::Overloaded(error) => Self::of_problem(&error.into_problem()),
            VerifyError::Storage(error) => Self::of_problem(&error.into_problem()),
        }
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
            Self::InvalidClient(_) => {
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
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let (status, error, description) = self.told();
        let body = Json(json!({ "error": error, "error_description": description }));
        let mut response = (status, body).into_response();
        let challenge = match self {
            Self::InvalidClient(Method::Header) => Some(r#"Basic realm="Latchkey", charset="UTF-8""#),
            Self::InvalidToken => Some(r#"Bearer realm="Latchkey", error="invalid_token""#),
            Self::InsufficientScope => {
                Some(r#"Bearer realm="Latchkey", error="insufficient_scope", scope="tokens:introspect""#)
            }
            _ => None,
        };
        if let Some(challenge) = challenge {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Self::Unavailable { retry_after } = self {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
        }
        response
    }
}
