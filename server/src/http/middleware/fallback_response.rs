//! What a request is answered that its route gives no answer to.

use std::{future::poll_fn, panic::AssertUnwindSafe, pin::pin, task::Poll, time::Duration};

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::timeout;

use crate::http::{oauth_error::OAuthError, problem_response::ProblemResponse};

/// How errors are written: each kind of caller reads its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum ErrorFormat {
    /// RFC 6749 §5.2.
    OAuth,
    /// A gateway has to hear that there is no verdict.
    Verification,
    /// RFC 9457.
    Problem,
}

/// A route's answer, if it comes in time; if not, `trouble` is what is known to be wrong with the database. A defect ends one request, and not the server; its message is on standard error
/// already, and not for whoever called.
pub(super) async fn respond_or_fall_back(
    style: ErrorFormat,
    limit: Duration,
    trouble: impl FnOnce() -> Option<String>,
    answer: impl Future<Output = Response>,
) -> Response {
    // What a panic leaves behind is this request's alone.
    let mut answer = pin!(AssertUnwindSafe(answer).catch_unwind());
    // Most answers are there at once, and a timer would cost a good part of them.
    let answer = match poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
        Poll::Ready(answer) => Ok(answer),
        Poll::Pending => timeout(limit, answer).await,
    };
    match answer {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a request ended in a panic");
            panic_response(style)
        }
        Err(_) => {
            let cause = trouble().unwrap_or_else(|| "the database may be slow, or a lock be held".to_owned());
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
