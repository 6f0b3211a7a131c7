use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use latchkey_app::ssr::IntoProblem;
use latchkey_credentials::machines::IssueTokenError;
use latchkey_model::problem::ProblemKind;
use serde_json::json;

use super::client_authentication::Method;

/// Why no token was issued, as RFC 6749 §5.2 tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::routes) enum TokenError {
    InvalidRequest(&'static str),
    /// Unknown, inactive, or another secret: which, is not told.
    InvalidClient(Method),
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

impl TokenError {
    /// The engine's refusal; what is internal goes to the log.
    pub(super) fn of_engine(error: IssueTokenError, method: Method) -> Self {
        let problem = match error {
            IssueTokenError::InvalidClient => return Self::InvalidClient(method),
            IssueTokenError::Overloaded(error) => error.into_problem(),
            IssueTokenError::Signing(error) => error.into_problem(),
            IssueTokenError::Storage(error) => error.into_problem(),
        };
        match problem.kind {
            ProblemKind::Unavailable => Self::Unavailable { retry_after: problem.retry_after.unwrap_or(1) },
            _ => Self::Internal,
        }
    }

    fn told(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidRequest(why) => (StatusCode::BAD_REQUEST, "invalid_request", why),
            Self::InvalidClient(_) => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "the client is unknown, not active, or its secret is wrong",
            ),
            Self::UnsupportedGrantType => {
                (StatusCode::BAD_REQUEST, "unsupported_grant_type", "only client_credentials is supported")
            }
            Self::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope", "no scope can be asked for"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "send POST"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the request is too large"),
            Self::Unavailable { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again in a moment")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong"),
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, error, description) = self.told();
        let body = Json(json!({ "error": error, "error_description": description }));
        let mut response = (status, body).into_response();
        match self {
            Self::InvalidClient(Method::Basic) => {
                let challenge = HeaderValue::from_static(r#"Basic realm="Latchkey", charset="UTF-8""#);
                response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            }
            Self::Unavailable { retry_after } => {
                response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
            }
            _ => {}
        }
        response
    }
}
