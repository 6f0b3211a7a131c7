//! Handles `POST /oauth/introspect`, which returns what a token or an API key is valid for (RFC 7662).

use std::net::IpAddr;

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::Response,
};
use latchkey_engine::{oauth::Introspection, verification::Verified};
use serde_json::{Value, json};

use super::{
    client_authentication::{PresentedClient, decode_form},
    form::Form,
};
use crate::http::{
    authorization_header::{Authorization, BasicCredentials},
    client_address::ClientAddress,
    oauth_error::{OAuthError, OfferedSchemes},
    state::ServerState,
};

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Json<Value>, Response> {
    let offered = OfferedSchemes::for_request(request.headers(), state.engine.issuer());
    let inspected = introspect(&state, address, request).await;
    inspected.map(Json).map_err(|error| error.into_client_or_bearer_response(&offered))
}

async fn introspect(state: &ServerState, address: IpAddr, request: Request) -> Result<Value, OAuthError> {
    let form = Form::read(request).await?;
    let caller = caller(state, &form, address).await?;
    let token = form.get("token").ok_or(OAuthError::InvalidRequest("token is missing"))?;
    let introspection = state.engine.oauth.introspect(&caller, token, address).await?;
    Ok(introspection.map_or_else(
        || json!({ "active": false }),
        |introspection| response_body(&introspection, state.engine.issuer()),
    ))
}

/// Verifies the caller: a client, or the holder of an access token or an API key (RFC 7662 §2.1).
async fn caller(state: &ServerState, form: &Form, address: IpAddr) -> Result<Verified, OAuthError> {
    PresentedClient::check_single_method(form)?;
    match Authorization::from_headers(&form.headers) {
        Authorization::Bearer(token) if token.is_empty() && PresentedClient::is_in_body(form) => {
            PresentedClient::from_form(form)?.verify(&state.engine.oauth, address).await
        }
        Authorization::Bearer(token) => {
            let verified = state.engine.verification.verify_bearer(&token, address).await;
            verified.map_err(|error| OAuthError::from_verify_error(error, OAuthError::InvalidToken))
        }
        Authorization::Basic(Some(BasicCredentials { user, password })) if password.is_empty() => {
            let verified = state.engine.verification.verify_api_key(&decode_form(&user), address).await;
            verified.map_err(|error| OAuthError::from_verify_error(error, OAuthError::InvalidClient))
        }
        Authorization::Basic(_) | Authorization::Absent | Authorization::UnknownScheme | Authorization::Duplicate => {
            PresentedClient::from_form(form)?.verify(&state.engine.oauth, address).await
        }
    }
}

/// Returns the response of RFC 7662 §2.2. An API key is described as a token would be; it is its own client.
fn response_body(introspection: &Introspection, issuer: &str) -> Value {
    let mut reply = json!({
        "active": true,
        "client_id": introspection.client_id,
        "sub": introspection.client_id,
        "iss": issuer,
        "token_type": "Bearer",
        "latchkey_organization": introspection.organization,
        "iat": introspection.issued_at.seconds(),
    });
    let optional = [
        // A list of scopes has at least one (RFC 6749 §3.3).
        ("scope", (!introspection.scopes.is_empty()).then(|| json!(introspection.scopes.to_string()))),
        ("exp", introspection.expires_at.map(|moment| json!(moment.seconds()))),
        ("aud", introspection.audience.as_ref().map(|audience| json!(audience))),
        ("jti", introspection.token_id.as_ref().map(|id| json!(id))),
    ];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        reply[name] = value;
    }
    reply
}
