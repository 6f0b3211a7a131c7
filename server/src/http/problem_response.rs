use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use latchkey_model::problem::{Problem, ProblemKind};

/// A problem as a response: its status, `application/problem+json` (RFC 9457 §3) and, if there is one, `Retry-After`.
#[derive(Debug)]
pub(crate) struct ProblemResponse(pub(crate) Problem);

impl From<Problem> for ProblemResponse {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<ProblemKind> for ProblemResponse {
    fn from(kind: ProblemKind) -> Self {
        Self(Problem::new(kind))
    }
}

impl ProblemResponse {
    /// There is no verdict, for whatever reason. Another attempt is worthwhile.
    pub(crate) fn unavailable() -> Self {
        Self(Problem { retry_after: Some(1), ..Problem::new(ProblemKind::Unavailable) })
    }

    /// More than one `Authorization` header (RFC 9110 §5.3).
    pub(crate) fn duplicate_authorization() -> Self {
        Problem::with_detail(ProblemKind::MalformedRequest, "There is more than one Authorization header.").into()
    }

    /// The response to a defect.
    pub(crate) fn internal() -> Self {
        ProblemKind::Internal.into()
    }
}

impl IntoResponse for ProblemResponse {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = problem.retry_after;
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
