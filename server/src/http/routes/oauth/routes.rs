use axum::{
    Router,
    routing::{any, get, post},
};
use latchkey_engine::refusal_log::RefusedCall;
use rust_embed::RustEmbed;

use super::{authorize, introspect, refusals::endpoint, revoke, token};
use crate::http::{
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    routes::fallbacks::{not_found, wrong_method},
    state::ServerState,
};

const POLICY: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::OAuth,
    clients: ClientKind::OAuthClient,
    cors: CorsPolicy::SameOrigin,
    cross_site: CrossSiteRequests::Allowed,
};

/// A page may request a token, and revoke it.
const CALLED_BY_PAGES: RoutePolicy = RoutePolicy { cors: CorsPolicy::ConfiguredOrigins, ..POLICY };

/// Returns the routes below `/oauth/`.
pub(in crate::http) fn routes<S: RustEmbed + Send + 'static>(
    middleware: &Middleware,
    state: &ServerState,
) -> Router<ServerState> {
    let called_by_pages = Router::new()
        .route("/oauth/token", endpoint(state, RefusedCall::Token, post(token::answer)))
        .route("/oauth/revoke", endpoint(state, RefusedCall::Revocation, post(revoke::answer)));
    let others = Router::new()
        .route("/oauth/introspect", endpoint(state, RefusedCall::Introspection, post(introspect::answer)))
        .route("/oauth/authorize", get(authorize::page::<S>).fallback(wrong_method))
        .route("/oauth/{*path}", any(not_found));
    middleware.wrap(CALLED_BY_PAGES, called_by_pages).merge(middleware.wrap(POLICY, others))
}
