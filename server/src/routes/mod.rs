//! What the server answers, one file a route.

mod api;
mod challenges;
mod health;
mod live_reload;
mod oauth;
mod pages;
mod ping;
mod presented;
mod reference;
mod security_txt;
mod site_files;
mod verify;
mod verify_query;
mod well_known;

use axum::{
    Extension, Router,
    middleware::from_fn_with_state,
    routing::{any, get, post},
};
use latchkey_model::problem::ProblemKind;
use rust_embed::RustEmbed;

pub(crate) use self::oauth::OAuthError;
#[cfg(any(test, feature = "fuzz"))]
pub use self::oauth::check_form;
use self::reference::Reference;
use crate::{middleware, problem_answer::ProblemAnswer, refusals, refused_calls, state::ServerState};

/// All of the server, for a site that is built in (or read from a folder, in a debug build).
pub fn router<S: RustEmbed + Send + 'static>(state: ServerState) -> Router {
    let verdicts = Router::new()
        .route("/api/v1/ping", get(ping::answer).fallback(wrong_method))
        .route("/verify", any(verify::answer))
        .route("/verify/", any(verify::answer))
        .route("/verify/{*path}", any(verify::answer));
    let oauth = Router::new()
        .route("/oauth/token", post(oauth::token::answer).fallback(oauth::wrong_method))
        .route("/oauth/introspect", post(oauth::introspect::answer).fallback(oauth::wrong_method))
        .route("/oauth/revoke", post(oauth::revoke::answer).fallback(oauth::wrong_method))
        .layer(from_fn_with_state(state.clone(), refusals::pace))
        .layer(from_fn_with_state(state.clone(), refused_calls::log_oauth))
        .route("/oauth/authorize", get(oauth::authorize::page::<S>).fallback(wrong_method));
    let reference = Router::new()
        .route("/api/openapi.json", get(reference::description::<S>).fallback(wrong_method))
        .route("/docs/api", get(reference::page::<S>).fallback(wrong_method))
        .layer(Extension(Reference::default()));
    let routes = Router::new()
        .merge(verdicts)
        .merge(oauth)
        .merge(reference)
        .route("/api/{*path}", any(api::answer))
        .route("/.well-known/oauth-authorization-server", get(well_known::authorization_server).fallback(wrong_method))
        .route("/.well-known/openid-configuration", get(well_known::authorization_server).fallback(wrong_method))
        .route("/.well-known/oauth-protected-resource", get(well_known::protected_resource).fallback(wrong_method))
        .route("/.well-known/oauth-protected-resource/{*path}", get(well_known::resource_at).fallback(wrong_method))
        .route("/.well-known/security.txt", get(security_txt::answer).fallback(wrong_method))
        .route("/.well-known/jwks.json", get(well_known::key_set).fallback(wrong_method))
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/oauth/{*path}", any(not_found))
        .route("/.well-known/{*path}", any(not_found))
        .route("/livez", get(health::alive).fallback(wrong_method))
        .route("/readyz", get(health::ready).fallback(wrong_method))
        .route("/pkg/{*path}", get(site_files::answer::<S>).fallback(wrong_method))
        .merge(pages::routes::<S>());
    middleware::around(routes, &state).with_state(state)
}

async fn not_found() -> ProblemAnswer {
    ProblemKind::NotFound.into()
}

async fn wrong_method() -> ProblemAnswer {
    ProblemKind::MethodNotAllowed.into()
}
