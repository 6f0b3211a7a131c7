//! Health checks.

use axum::{Router, extract::State, routing::get};
use latchkey_engine::Readiness;
use latchkey_model::problem::Problem;

use super::fallbacks::wrong_method;
use crate::http::{
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    problem_response::ProblemResponse,
    state::ServerState,
};

const POLICY: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::Problem,
    clients: ClientKind::Program,
    cors: CorsPolicy::SameOrigin,
    cross_site: CrossSiteRequests::Allowed,
};

/// Returns `/livez` and `/readyz`.
pub(in crate::http) fn routes(middleware: &Middleware) -> Router<ServerState> {
    let routes = Router::new()
        .route("/livez", get(live).fallback(wrong_method))
        .route("/readyz", get(ready).fallback(wrong_method));
    middleware.wrap(POLICY, routes)
}

/// Handles `GET /livez`: the process responds.
async fn live() -> &'static str {
    "alive\n"
}

/// Handles `GET /readyz`: credentials can be verified, and the server is not stopping. A read-only database is
/// reported, but is no reason to send callers elsewhere.
async fn ready(State(state): State<ServerState>) -> Result<&'static str, ProblemResponse> {
    if !state.lifecycle.is_serving() {
        return Err(ProblemResponse::unavailable());
    }
    match state.engine.check_ready().await.map_err(Problem::from)? {
        Readiness::Ready => Ok("ready\n"),
        Readiness::ReadOnly => Ok("ready, read_only\n"),
    }
}
