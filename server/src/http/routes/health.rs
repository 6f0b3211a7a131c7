//! For whoever watches over the process.

use axum::extract::State;
use latchkey_app::ssr::OrProblem;
use latchkey_credentials::Readiness;

use crate::http::{problem_response::ProblemResponse, state::ServerState};

/// `GET /livez`: the process answers.
pub(in crate::http) async fn live() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: credentials can be judged, and the server is not about to end. That nothing can be changed is said, and no reason
/// to send callers away.
pub(in crate::http) async fn ready(State(state): State<ServerState>) -> Result<&'static str, ProblemResponse> {
    if !state.lifecycle.is_serving() {
        return Err(ProblemResponse::unavailable());
    }
    match state.engine.check_ready().await.or_problem()? {
        Readiness::Ready => Ok("ready\n"),
        Readiness::ReadOnly => Ok("ready, read_only\n"),
    }
}
