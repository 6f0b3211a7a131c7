use axum::{
    Extension, Router,
    middleware::from_fn_with_state,
    routing::{any, get, post},
};
use rust_embed::RustEmbed;

use super::{
    middleware, refusal_limiter, refusal_log,
    routes::{
        console::{pages, site_files},
        fallbacks::{not_found, wrong_method},
        health,
        metadata::{security_txt, well_known},
        oauth,
        reference::{self, ApiReference},
        server_functions,
        verification::{ping, verify},
    },
    state::ServerState,
};

/// All of the server, for a site that is built in (or read from a folder, in a debug build).
pub fn router<S: RustEmbed + Send + 'static>(state: ServerState) -> Router {
    let verdicts = Router::new()
        .route("/api/v1/ping", get(ping::answer).fallback(wrong_method))
        .route("/verify", any(verify::answer))
        .route("/verify/", any(verify::answer))
        .route("/verify/{*path}", any(verify::answer));
    let oauth = Router::new()
        .route("/oauth/token", post(oauth::token::answer).fallback(oauth::methods::wrong_method))
        .route("/oauth/introspect", post(oauth::introspect::answer).fallback(oauth::methods::wrong_method))
        .route("/oauth/revoke", post(oauth::revoke::answer).fallback(oauth::methods::wrong_method))
        .layer(from_fn_with_state(state.clone(), refusal_limiter::pace))
        .layer(from_fn_with_state(state.clone(), refusal_log::log_oauth))
        .route("/oauth/authorize", get(oauth::authorize::page::<S>).fallback(wrong_method));
    let reference = Router::new()
        .route("/api/openapi.json", get(reference::description::<S>).fallback(wrong_method))
        .route("/docs/api", get(reference::page::<S>).fallback(wrong_method))
        .layer(Extension(ApiReference::default()));
    let routes = Router::new()
        .merge(verdicts)
        .merge(oauth)
        .merge(reference)
        .route("/api/{*path}", any(server_functions::answer))
        .route("/.well-known/oauth-authorization-server", get(well_known::authorization_server).fallback(wrong_method))
        .route("/.well-known/openid-configuration", get(well_known::authorization_server).fallback(wrong_method))
        .route("/.well-known/oauth-protected-resource", get(well_known::protected_resource).fallback(wrong_method))
        .route(
            "/.well-known/oauth-protected-resource/{*path}",
            get(well_known::protected_resource_at_path).fallback(wrong_method),
        )
        .route("/.well-known/security.txt", get(security_txt::answer).fallback(wrong_method))
        .route("/.well-known/jwks.json", get(well_known::key_set).fallback(wrong_method))
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/oauth/{*path}", any(not_found))
        .route("/.well-known/{*path}", any(not_found))
        .route("/livez", get(health::live).fallback(wrong_method))
        .route("/readyz", get(health::ready).fallback(wrong_method))
        .route("/pkg/{*path}", get(site_files::answer::<S>).fallback(wrong_method))
        .merge(pages::routes::<S>());
    middleware::around(routes, &state).with_state(state)
}
