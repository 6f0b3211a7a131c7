//! The console's pages, rendered on the server.

use any_spawner::Executor;
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use latchkey_app::{
    navigation::Address,
    routes::{HOME, PATHS},
    shell,
    ssr::RequestContext,
};
use latchkey_model::problem::ProblemKind;
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{ResponseOptions, render_app_to_stream_with_context};
use rust_embed::RustEmbed;

use super::{live_reload, site_files, wrong_method};
use crate::{middleware::ClientAddress, problem_answer::ProblemAnswer, site::site_files, state::ServerState};

/// Every page of the console, and for all other paths the site's own files and the console's 404 page.
pub(super) fn routes<S: RustEmbed + Send + 'static>() -> Router<ServerState> {
    // What Leptos leaves running while it renders runs beside the requests; refused only where that was said before.
    let _ = Executor::init_tokio();
    let root =
        Router::new().route("/", get(async || (StatusCode::FOUND, [(header::LOCATION, HOME)])).fallback(wrong_method));
    let pages = PATHS.iter().map(|(path, _)| path);
    let routes = pages.fold(root, |router, path| router.route(path, get(page::<S>).fallback(wrong_method)));
    routes.fallback(other::<S>)
}

async fn page<S: RustEmbed>(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Response {
    let context = RequestContext::new(state.engine.clone(), address, request.headers(), None);
    let files = site_files::<S>();
    let here = Address {
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        fragment: String::new(),
    };
    let reload = live_reload::options();
    let provide = move || {
        provide_context(context.clone());
        provide_context(here.clone());
        restrict_content(reload.is_some());
        if let Some(reload) = reload.clone() {
            provide_context(reload);
        }
    };
    let render = render_app_to_stream_with_context(provide, move || shell(files.clone()));
    render(request).await
}

async fn other<S: RustEmbed>(
    state: State<ServerState>,
    address: Extension<ClientAddress>,
    request: Request,
) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ProblemAnswer::from(ProblemKind::NotFound).into_response();
    }
    if let Some(file) = site_files::file::<S>(request.uri().path().trim_start_matches('/'), request.headers()) {
        return file;
    }
    let mut response = page::<S>(state, address, request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Sets the page's Content-Security-Policy: scripts of this server, and inline ones by this page's nonce.
/// Live reload needs a socket besides.
fn restrict_content(reloads: bool) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let connect = if reloads { "'self' ws:" } else { "'self'" };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src {connect}; manifest-src 'self'; form-action 'self'; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
