//! For whoever watches over the process.

use axum::extract::State;
use latchkey_app::ssr::OrProblem;

use crate::{problem_answer::ProblemAnswer, state::ServerState};

/// `GET /livez`: the process answers.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: credentials can be judged, and the server is not about to end.
pub(super) async fn ready(State(state): State<ServerState>) -> Result<&'static str, ProblemAnswer> {
    if !state.lifecycle.is_serving() {
        return Err(ProblemAnswer::unavailable());
    }
    state.engine.check_ready().await.or_problem()?;
    Ok("ready\n")
}
