//! The description of every call: for programs, and to read.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use leptos::nonce::Nonce;
use rust_embed::RustEmbed;

use crate::{openapi, site::site_files, state::ServerState};

/// `GET /api/openapi.json`.
pub(super) async fn description(State(state): State<ServerState>) -> Response {
    let described: Arc<[u8]> = openapi::description(state.engine.issuer()).to_string().into_bytes().into();
    ([(header::CONTENT_TYPE, "application/json")], Bytes::from_owner(described)).into_response()
}

/// `GET /docs/api`.
pub(super) async fn page<S: RustEmbed>(State(state): State<ServerState>) -> Response {
    let nonce = Nonce::new();
    let description = openapi::description(state.engine.issuer());
    let mut response = Html(openapi::page(&description, &site_files::<S>(), &nonce)).into_response();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
