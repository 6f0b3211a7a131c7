use latchkey_model::problem::ProblemKind;

use crate::http::problem_response::ProblemResponse;

/// Answers a path that does not exist.
pub(super) async fn not_found() -> ProblemResponse {
    ProblemKind::NotFound.into()
}

/// Answers a path that exists for another method.
pub(super) async fn wrong_method() -> ProblemResponse {
    ProblemKind::MethodNotAllowed.into()
}
