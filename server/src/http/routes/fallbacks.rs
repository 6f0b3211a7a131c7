use latchkey_model::problem::ProblemKind;

use crate::http::problem_response::ProblemAnswer;

pub(in crate::http) async fn not_found() -> ProblemAnswer {
    ProblemKind::NotFound.into()
}

pub(in crate::http) async fn wrong_method() -> ProblemAnswer {
    ProblemKind::MethodNotAllowed.into()
}
