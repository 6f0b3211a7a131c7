use latchkey_model::problem::ProblemKind;

use crate::http::problem_response::ProblemResponse;

pub(in crate::http) async fn not_found() -> ProblemResponse {
    ProblemKind::NotFound.into()
}

pub(in crate::http) async fn wrong_method() -> ProblemResponse {
    ProblemKind::MethodNotAllowed.into()
}
