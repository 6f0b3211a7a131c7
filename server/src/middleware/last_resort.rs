//! What a request is answered that its route gives no answer to.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::timeout;

use crate::{problem_answer::ProblemAnswer, routes::OAuthError};

/// A route's answer, if it comes in time. A defect ends one request, and not the server; its message is on standard error
/// already, and not for whoever called.
pub(super) async fn or_last_resort(path: &str, limit: Duration, answer: impl Future<Output = Response>) -> Response {
    // What a panic leaves behind is this request's alone.
    match timeout(limit, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a request ended in a panic");
            of_a_defect(path)
        }
        Err(_) => {
            tracing::warn!("a request took too long: the database may not answer");
            out_of_time(path)
        }
    }
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

fn out_of_time(path: &str) -> Response {
    if path.starts_with("/oauth/") {
        OAuthError::unavailable().into_response()
    } else {
        ProblemAnswer::unavailable().into_response()
    }
}
