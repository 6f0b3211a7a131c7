//! Renders the console's pages. They are the same for everyone, and hold no data.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use latchkey_app::{
    navigation::Address,
    routes::{HOME, PATHS},
    shell,
};
use latchkey_model::problem::ProblemKind;
use leptos::{
    nonce::Nonce,
    prelude::{Owner, RenderHtml, provide_context},
};
use rust_embed::RustEmbed;

use super::{live_reload, site_files};
use crate::http::{
    middleware::{ClientKind, CorsPolicy, CrossSiteRequests, ErrorFormat, Middleware, RoutePolicy},
    problem_response::ProblemResponse,
    routes::fallbacks::wrong_method,
    site::site_files,
    state::ServerState,
};

const POLICY: RoutePolicy = RoutePolicy {
    errors: ErrorFormat::Problem,
    clients: ClientKind::Browser,
    cors: CorsPolicy::SameOrigin,
    cross_site: CrossSiteRequests::Allowed,
};

/// Returns every page of the console and the site's files. All other paths get the console's 404 page.
pub(in crate::http) fn routes<S: RustEmbed + Send + 'static>(middleware: &Middleware) -> Router<ServerState> {
    let root = Router::new()
        .route("/", get(async || (StatusCode::FOUND, [(header::LOCATION, HOME)])).fallback(wrong_method))
        .route("/pkg/{*path}", get(site_files::answer::<S>).fallback(wrong_method));
    let pages = PATHS.iter().map(|(path, _)| path);
    let routes = pages.fold(root, |router, path| router.route(path, get(page::<S>).fallback(wrong_method)));
    middleware.wrap(POLICY, routes.fallback(other::<S>))
}

async fn page<S: RustEmbed>(State(state): State<ServerState>, request: Request) -> Response {
    let here = Address {
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        fragment: String::new(),
    };
    let nonce = Nonce::new();
    let reload = live_reload::options();
    let headers = headers(&nonce, reload.is_some());
    // Without what Leptos adds for pages that it hydrates in the browser.
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_context(here);
        provide_context(nonce);
        if let Some(reload) = reload {
            provide_context(reload);
        }
        shell(site_files::<S>(), state.public_origin.clone()).to_html()
    });
    (headers, Html(html)).into_response()
}

async fn other<S: RustEmbed>(state: State<ServerState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ProblemResponse::from(ProblemKind::NotFound).into_response();
    }
    if let Some(file) = site_files::file::<S>(request.uri().path().trim_start_matches('/'), request.headers()) {
        return file;
    }
    let mut response = page::<S>(state, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Returns the headers of a page. No cache stores it, and no proxy rewrites it. Its Content-Security-Policy allows this
/// server's scripts, and inline scripts with this page's nonce. Live reload also needs a socket.
fn headers(nonce: &Nonce, reloads: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    let connect = if reloads { "'self' ws:" } else { "'self'" };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src {connect}; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers
}
