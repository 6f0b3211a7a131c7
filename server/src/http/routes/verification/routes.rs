use axum::{
    Router,
    routing::{any, get},
};

use super::{ping, verify};
use crate::http::{
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    routes::fallbacks::{not_found, wrong_method},
    state::ServerState,
};

/// A gateway forwards requests of any method and from any page. No session is used here.
const VERIFY: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::Verification,
    clients: ClientKind::Program,
    cors: CorsPolicy::SameOrigin,
    cross_site: CrossSiteRequests::Allowed,
};

/// As for everything else below `/api/`, no other site may send requests that change something.
const API_V1: RoutePolicy = RoutePolicy { cross_site: CrossSiteRequests::Refused, ..VERIFY };

/// Returns `/verify`, and the routes below `/api/v1/`.
pub(in crate::http) fn routes(middleware: &Middleware) -> Router<ServerState> {
    let verify = Router::new()
        .route("/verify", any(verify::answer))
        .route("/verify/", any(verify::answer))
        .route("/verify/{*path}", any(verify::answer));
    let api_v1 = Router::new()
        .route("/api/v1/ping", get(ping::answer).fallback(wrong_method))
        .route("/api/v1/", any(not_found))
        .route("/api/v1/{*path}", any(not_found));
    middleware.wrap(VERIFY, verify).merge(middleware.wrap(API_V1, api_v1))
}
