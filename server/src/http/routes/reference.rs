//! Serves the description of every call: as JSON for programs, and as a page for people.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Extension, Router,
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use latchkey_app::{shell::APPLY_THEME, ssr::session_cookie_name};
use latchkey_engine::Engine;
use rust_embed::RustEmbed;

use super::fallbacks::wrong_method;
use crate::http::{
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    openapi,
    site::site_files,
    state::ServerState,
};

const PAGE: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::Problem,
    clients: ClientKind::Browser,
    cors: CorsPolicy::SameOrigin,
    cross_site: CrossSiteRequests::Allowed,
};

/// As for everything else below `/api/`, no other site may send requests that change something.
const DESCRIPTION: RoutePolicy = RoutePolicy { cross_site: CrossSiteRequests::Refused, ..PAGE };

/// Returns the description and the page that shows it.
pub(in crate::http) fn routes<S: RustEmbed + Send + 'static>(middleware: &Middleware) -> Router<ServerState> {
    let description = Router::new().route("/api/openapi.json", get(description::<S>).fallback(wrong_method));
    let page = Router::new().route("/docs/api", get(page::<S>).fallback(wrong_method));
    let routes = middleware.wrap(DESCRIPTION, description).merge(middleware.wrap(PAGE, page));
    routes.layer(Extension(ApiReference::default()))
}

/// Both documents, created at the first request. All responses share them, so that slow readers hold no copies.
#[derive(Clone, Default)]
struct ApiReference(Arc<OnceLock<Documents>>);

struct Documents {
    description: Bytes,
    page: Bytes,
}

impl ApiReference {
    fn documents<S: RustEmbed>(&self, engine: &Engine) -> &Documents {
        self.0.get_or_init(|| {
            let description = openapi::description(engine.issuer(), &session_cookie_name(engine));
            Documents {
                description: description.to_string().into(),
                page: openapi::page(&description, &site_files::<S>()).into(),
            }
        })
    }
}

/// Handles `GET /api/openapi.json`.
async fn description<S: RustEmbed>(
    State(state): State<ServerState>,
    Extension(reference): Extension<ApiReference>,
) -> Response {
    let described = reference.documents::<S>(&state.engine).description.clone();
    ([(header::CONTENT_TYPE, "application/json")], described).into_response()
}

/// Handles `GET /docs/api`. The policy names the hash of its only script, so no nonce for each response is needed.
async fn page<S: RustEmbed>(
    State(state): State<ServerState>,
    Extension(reference): Extension<ApiReference>,
) -> Response {
    let mut response = Html(reference.documents::<S>(&state.engine).page.clone()).into_response();
    let hash = BASE64_STANDARD.encode(digest(&SHA256, APPLY_THEME.as_bytes()));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
