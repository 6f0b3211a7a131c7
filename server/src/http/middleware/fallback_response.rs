//! What a request is answered that its route gives no answer to.

use std::{future::poll_fn, panic::AssertUnwindSafe, pin::pin, task::Poll, time::Duration};

use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tokio::time::timeout;

use crate::http::{oauth_error::OAuthError, problem_response::ProblemAnswer};

/// How errors are written: each kind of caller reads its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorStyle {
    /// RFC 6749 §5.2.
    OAuth,
    /// A gateway has to hear that there is no verdict.
    Verdict,
    /// RFC 9457.
    Problem,
}

impl ErrorStyle {
    /// That of a path.
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with("/oauth/") {
            Self::OAuth
        } else if path == "/api/v1/ping" || path == "/verify" || path.starts_with("/verify/") {
            Self::Verdict
        } else {
            Self::Problem
        }
    }
}

/// A route's answer, if it comes in time; if not, `trouble` is what is known to be wrong with the database. A defect ends one request, and not the server; its message is on standard error
/// already, and not for whoever called.
pub(super) async fn or_last_resort(
    style: ErrorStyle,
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
            of_a_defect(style)
        }
        Err(_) => {
            let cause = trouble().unwrap_or_else(|| "the database may be slow, or a lock be held".to_owned());
            tracing::warn!(cause, "a request took too long");
            out_of_time(style)
        }
    }
}

fn of_a_defect(style: ErrorStyle) -> Response {
    match style {
        ErrorStyle::OAuth => OAuthError::internal().into_response(),
        ErrorStyle::Verdict => ProblemAnswer::unavailable().into_response(),
        ErrorStyle::Problem => ProblemAnswer::internal().into_response(),
    }
}

fn out_of_time(style: ErrorStyle) -> Response {
    match style {
        ErrorStyle::OAuth => OAuthError::unavailable().into_response(),
        ErrorStyle::Verdict | ErrorStyle::Problem => ProblemAnswer::unavailable().into_response(),
    }
}
