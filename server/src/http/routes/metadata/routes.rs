use axum::{
    Router,
    routing::{any, get},
};

use super::{security_txt, well_known};
use crate::http::{
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    routes::fallbacks::{not_found, wrong_method},
    state::ServerState,
};

/// Pages of all origins may read the metadata and the keys: they hold no secret, and the answer does not depend on who asks.
const POLICY: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::Problem,
    clients: ClientKind::Program,
    cors: CorsPolicy::AnyOrigin,
    cross_site: CrossSiteRequests::Allowed,
};

/// Returns the routes below `/.well-known/`.
pub(in crate::http) fn routes(middleware: &Middleware) -> Router<ServerState> {
    let routes = Router::new()
        .route("/.well-known/oauth-authorization-server", get(well_known::authorization_server).fallback(wrong_method))
        .route("/.well-known/openid-configuration", get(well_known::authorization_server).fallback(wrong_method))
        .route("/.well-known/oauth-protected-resource", get(well_known::protected_resource).fallback(wrong_method))
        .route(
            "/.well-known/oauth-protected-resource/{*path}",
            get(well_known::protected_resource_at_path).fallback(wrong_method),
        )
        .route("/.well-known/security.txt", get(security_txt::answer).fallback(wrong_method))
        .route("/.well-known/jwks.json", get(well_known::key_set).fallback(wrong_method))
        .route("/.well-known/{*path}", any(not_found));
    middleware.wrap(POLICY, routes)
}
