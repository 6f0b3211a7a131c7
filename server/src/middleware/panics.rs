use std::panic::AssertUnwindSafe;

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use crate::{problem_answer::ProblemAnswer, routes::OAuthError};

/// What a request is answered. A defect ends one request, and not the server; its message is on standard error already,
/// and not for whoever called.
pub(super) async fn caught(path: &str, answer: impl Future<Output = Response>) -> Response {
    // What a panic leaves behind is this request's alone.
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a request ended in a panic");
        of_a_defect(path)
    })
}

/// Each kind of caller reads errors of its own. A gateway has to hear that there is no verdict.
fn of_a_defect(path: &str) -> Response {
    if path.starts_with("/oauth/") {
        OAuthError::internal().into_response()
    } else if path == "/api/v1/ping" || path == "/verify" || path.starts_with("/verify/") {
        ProblemAnswer::unavailable().into_response()
    } else {
        ProblemAnswer::internal().into_response()
    }
}
