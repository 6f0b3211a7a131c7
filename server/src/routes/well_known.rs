//! What clients and resource servers look up by themselves.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL},
};
use latchkey_model::scope::BuiltInScope;
use serde_json::{Value, json};

use super::oauth::{CLIENT_ASSERTION_ALGORITHMS, CLIENT_AUTHENTICATION_METHODS};
use crate::state::ServerState;

/// A key is published long before it signs, so a few minutes of an old set do no harm.
const FOR_MINUTES: [(HeaderName, HeaderValue); 1] = [(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];

type Cached<T> = ([(HeaderName, HeaderValue); 1], T);

/// `GET /.well-known/jwks.json` (RFC 7517 §5).
pub(super) async fn key_set(State(state): State<ServerState>) -> Cached<Json<Value>> {
    (FOR_MINUTES, Json(state.engine.key_set()))
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414 §3.2). There is no authorization endpoint;
/// `response_types_supported` is required all the same, and `none` is the registered value that asks for nothing.
pub(super) async fn authorization_server(State(state): State<ServerState>) -> Cached<Json<Value>> {
    let issuer = state.engine.issuer();
    let metadata = json!({
        "issuer": issuer,
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
        "scopes_supported": BuiltInScope::ALL.map(BuiltInScope::as_str),
    });
    (FOR_MINUTES, Json(metadata))
}

/// `GET /.well-known/oauth-protected-resource` (RFC 9728 §3.2): Latchkey's own API is a resource too, and the
/// challenges of its 401s lead here.
pub(super) async fn protected_resource(State(state): State<ServerState>) -> Cached<Json<Value>> {
    let issuer = state.engine.issuer();
    let metadata = json!({
        "resource": issuer,
        "authorization_servers": [issuer],
        "scopes_supported": BuiltInScope::ALL.map(BuiltInScope::as_str),
        "bearer_methods_supported": ["header"],
        "resource_name": "Latchkey",
    });
    (FOR_MINUTES, Json(metadata))
}
