use std::any::Any;

use axum::response::{IntoResponse, Response};
use latchkey_model::problem::ProblemKind;
use tower_http::catch_panic::CatchPanicLayer;

use crate::problem_answer::ProblemAnswer;

/// A defect ends one request, and not the server.
pub(super) fn layer() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(answer)
}

/// The panic's message is on standard error already; it is not for whoever called.
fn answer(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a request ended in a panic");
    ProblemAnswer::from(ProblemKind::Internal).into_response()
}
