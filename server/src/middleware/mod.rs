//! What happens to every request before its route, and to every answer after.

mod answer_headers;
mod client_address;
mod cross_site;
pub(crate) mod panics;
mod request_span;

use axum::{Router, middleware::from_fn_with_state};
pub(crate) use client_address::ClientAddress;
use tower::ServiceBuilder;

use crate::{problem_answer::ProblemAnswer, state::ServerState};

/// Puts the middleware around the routes; the first layer is the outermost.
pub(crate) fn around(routes: Router<ServerState>, state: &ServerState) -> Router<ServerState> {
    let layers = ServiceBuilder::new()
        .layer(request_span::layer())
        .layer(from_fn_with_state(state.clone(), answer_headers::set))
        .layer(panics::layer(ProblemAnswer::internal))
        .layer(from_fn_with_state(state.clone(), client_address::find))
        .layer(from_fn_with_state(state.clone(), cross_site::refuse));
    routes.layer(layers)
}
