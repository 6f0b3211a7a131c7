use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};

/// A defect ends one request, and not the server. What is answered then, the routes decide: each kind of caller reads
/// errors of its own.
pub(crate) fn layer<R: IntoResponse>(answer: fn() -> R) -> CatchPanicLayer<AnswerPanic<R>> {
    CatchPanicLayer::custom(AnswerPanic(answer))
}

/// Answers a panic without its message, which is on standard error already; it is not for whoever called.
pub(crate) struct AnswerPanic<R>(fn() -> R);

impl<R> Clone for AnswerPanic<R> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<R: IntoResponse> ResponseForPanic for AnswerPanic<R> {
    type ResponseBody = axum::body::Body;

    fn response_for_panic(&mut self, _: Box<dyn Any + Send>) -> Response {
        tracing::error!("a request ended in a panic");
        (self.0)().into_response()
    }
}
