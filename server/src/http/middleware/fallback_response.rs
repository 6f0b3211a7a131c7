//! Responses for requests that their route does not answer, because it panics or takes too long.

use std::{future::poll_fn, panic::AssertUnwindSafe, pin::pin, task::Poll, time::Duration};

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::timeout;

use crate::http::{oauth_error::OAuthError, problem_response::ProblemResponse};

/// The format of a sub-router's errors. Each kind of client reads its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum ErrorFormat {
    /// The format of RFC 6749 §5.2.
    OAuth,
    /// Problems of RFC 9457, where a failure is reported as 503: for a gateway it means that there is no verdict.
    Verification,
    /// Problems of RFC 9457.
    Problem,
}

/// Returns the route's response if it comes within `limit`, and otherwise an error. `trouble` returns what is known to
/// be wrong with the database. A panic ends one request, and not the server; its message has been written to standard
/// error, and is not sent to the client.
pub(super) async fn respond_or_fall_back(
    style: ErrorFormat,
    limit: Duration,
    trouble: impl FnOnce() -> Option<String>,
    answer: impl Future<Output = Response>,
) -> Response {
    // Only this request's state can be inconsistent after a panic.
    let mut answer = pin!(AssertUnwindSafe(answer).catch_unwind());
    // Most responses are ready at once, and setting a timer would cost a good part of their time.
    let answer = match poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
        Poll::Ready(answer) => Ok(answer),
        Poll::Pending => timeout(limit, answer).await,
    };
    match answer {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a request panicked");
            panic_response(style)
        }
        Err(_) => {
            let cause = trouble().unwrap_or_else(|| "the database may be slow, or a lock may be held".to_owned());
            tracing::warn!(cause, "a request took too long");
            timeout_response(style)
        }
    }
}

fn panic_response(style: ErrorFormat) -> Response {
    match style {
        ErrorFormat::OAuth => OAuthError::internal().into_response(),
        ErrorFormat::Verification => ProblemResponse::unavailable().into_response(),
        ErrorFormat::Problem => ProblemResponse::internal().into_response(),
    }
}

fn timeout_response(style: ErrorFormat) -> Response {
    match style {
        ErrorFormat::OAuth => OAuthError::unavailable().into_response(),
        ErrorFormat::Verification | ErrorFormat::Problem => ProblemResponse::unavailable().into_response(),
    }
}
