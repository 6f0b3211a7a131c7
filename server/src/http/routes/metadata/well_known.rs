//! Metadata that clients and resource servers look up.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, Uri, header::CACHE_CONTROL},
};
use latchkey_engine::{Engine, verification::Audience};
use latchkey_model::problem::ProblemKind;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::http::{
    problem_response::ProblemResponse,
    routes::oauth::{CLIENT_ASSERTION_ALGORITHMS, CLIENT_AUTHENTICATION_METHODS},
    state::ServerState,
};

/// A key is published long before it signs, so a key set that is a few minutes old does no harm.
const CACHED_FOR_MINUTES: [(HeaderName, HeaderValue); 1] =
    [(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];

type Cached<T> = ([(HeaderName, HeaderValue); 1], T);

/// Handles `GET /.well-known/jwks.json` (RFC 7517 §5).
pub(super) async fn key_set(State(state): State<ServerState>) -> Cached<Json<Value>> {
    (CACHED_FOR_MINUTES, Json(state.engine.signing_keys.public_key_set()))
}

/// Handles `GET /.well-known/oauth-authorization-server` (RFC 8414 §3.2), and the same at
/// `/.well-known/openid-configuration`, where many clients look first (§5). The issuer has no path, so there is no form
/// of either with the issuer's path (§3.1).
///
/// `authorization_endpoint` is not required if no grant uses it (§2), but clients refuse metadata without it.
/// `response_types_supported` is required; `none` is the registered value for a server without any. There is no
/// `scopes_supported`, because some clients request all listed scopes, and are refused if they lack one.
pub(super) async fn authorization_server(State(state): State<ServerState>) -> Cached<Json<Value>> {
    let issuer = state.engine.issuer();
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/oauth/authorize"),
        "token_endpoint": format!("{issuer}/oauth/token"),
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["none"],
        "token_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": CLIENT_ASSERTION_ALGORITHMS,
        "introspection_endpoint": format!("{issuer}/oauth/introspect"),
        "introspection_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION_METHODS,
        "introspection_endpoint_auth_signing_alg_values_supported": CLIENT_ASSERTION_ALGORITHMS,
        "revocation_endpoint": format!("{issuer}/oauth/revoke"),
        "revocation_endpoint_auth_methods_supported": CLIENT_AUTHENTICATION_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": CLIENT_ASSERTION_ALGORITHMS,
    });
    (CACHED_FOR_MINUTES, Json(metadata))
}

/// Handles `GET /.well-known/oauth-protected-resource` (RFC 9728 §3.2): the metadata of the resource that Latchkey's
/// own API belongs to, or of the audience that `?resource=` names. The challenges of refusals lead here.
pub(super) async fn protected_resource(
    State(state): State<ServerState>,
    uri: Uri,
) -> Result<Cached<Json<Value>>, ProblemResponse> {
    let engine = &state.engine;
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let Some((_, resource)) = query.find(|(name, _)| name == "resource") else {
        let own = engine.verification.audiences().first();
        // An audience that is not a URL has no metadata; then Latchkey's own address is used.
        let identifier = if own.url().is_some() { own.as_str() } else { engine.issuer() };
        return Ok(metadata_of(engine, identifier));
    };
    metadata_of_audience(engine, |audience| audience.is_named_by(&resource))
}

/// Handles `GET /.well-known/oauth-protected-resource/PATH` (RFC 9728 §3.1): the metadata of the audience with this
/// path, for a gateway that forwards the metadata URLs of its resources to Latchkey.
pub(super) async fn protected_resource_at_path(
    State(state): State<ServerState>,
    Path(path): Path<String>,
) -> Result<Cached<Json<Value>>, ProblemResponse> {
    let is_it = |audience: &Audience| audience.url().is_some_and(|url| url.path().strip_prefix('/') == Some(&path));
    metadata_of_audience(&state.engine, is_it)
}

fn metadata_of_audience(
    engine: &Engine,
    is_it: impl Fn(&Audience) -> bool,
) -> Result<Cached<Json<Value>>, ProblemResponse> {
    let found = engine.verification.audiences().iter().find(|audience| audience.url().is_some() && is_it(audience));
    found.map(|audience| metadata_of(engine, audience.as_str())).ok_or_else(|| ProblemKind::NotFound.into())
}

/// There is no `scopes_supported` here either; see [`authorization_server`].
fn metadata_of(engine: &Engine, resource: &str) -> Cached<Json<Value>> {
    let metadata = json!({
        "resource": resource,
        "authorization_servers": [engine.issuer()],
        "bearer_methods_supported": ["header"],
        "resource_name": "Latchkey",
    });
    (CACHED_FOR_MINUTES, Json(metadata))
}
