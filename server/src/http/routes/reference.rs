//! The description of every call: for programs, and to read.

use std::sync::{Arc, OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use latchkey_app::{shell::APPLY_THEME, ssr::session_cookie_name};
use latchkey_credentials::Engine;
use rust_embed::RustEmbed;

use crate::http::{openapi, site::site_files, state::ServerState};

/// Both documents, made for whoever asks first. All answers share them: those who read slowly hold no copy.
#[derive(Clone, Default)]
pub(in crate::http) struct ApiReference(Arc<OnceLock<Documents>>);

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

/// `GET /api/openapi.json`.
pub(in crate::http) async fn description<S: RustEmbed>(
    State(state): State<ServerState>,
    Extension(reference): Extension<ApiReference>,
) -> Response {
    let described = reference.documents::<S>(&state.engine).description.clone();
    ([(header::CONTENT_TYPE, "application/json")], described).into_response()
}

/// `GET /docs/api`. Its one script is known by its hash, and runs without a nonce of each answer.
pub(in crate::http) async fn page<S: RustEmbed>(
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
