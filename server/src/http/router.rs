use axum::Router;
use rust_embed::RustEmbed;

use super::{middleware::Middleware, routes, state::ServerState};

/// Returns all routes of the server, with a site that is embedded (or read from a folder, in a debug build).
pub fn router<S: RustEmbed + Send + 'static>(state: ServerState) -> Router {
    let middleware = Middleware::new(&state);
    Router::new()
        .merge(routes::verification(&middleware))
        .merge(routes::oauth::<S>(&middleware, &state))
        .merge(routes::metadata(&middleware))
        .merge(routes::server_functions(&middleware))
        .merge(routes::reference::<S>(&middleware))
        .merge(routes::health(&middleware))
        .merge(routes::console::<S>(&middleware))
        .with_state(state)
}
