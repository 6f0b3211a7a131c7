//! `POST /oauth/introspect`: what a token or an API key is worth (RFC 7662).

use std::net::IpAddr;

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::Response,
};
use latchkey_credentials::machines::{Introspection, Verified};
use serde_json::{Value, json};

use super::{
    client_authentication::{Client, form_decoded},
    form::Form,
};
use crate::http::{
    authorization_header::{Credential, Presented},
    client_address::ClientAddress,
    oauth_error::{OAuthError, OfferedSchemes},
    state::ServerState,
};

pub(in crate::http) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Json<Value>, Response> {
    let offered = OfferedSchemes::to(request.headers(), state.engine.issuer());
    let told = told(&state, address, request).await;
    told.map(Json).map_err(|error| error.to_client_or_bearer(&offered))
}

async fn told(state: &ServerState, address: IpAddr, request: Request) -> Result<Value, OAuthError> {
    let form = Form::read(request).await?;
    let caller = caller(state, &form, address).await?;
    let token = form.get("token").ok_or(OAuthError::InvalidRequest("token is missing"))?;
    let told = state.engine.introspect(&caller, token, address).await?;
    Ok(told.map_or_else(|| json!({ "active": false }), |told| reply(&told, state.engine.issuer())))
}

/// Who asks: a client, or whoever has an access token or an API key (RFC 7662 §2.1).
async fn caller(state: &ServerState, form: &Form, address: IpAddr) -> Result<Verified, OAuthError> {
    Client::authenticates_once(form)?;
    match Presented::in_headers(&form.headers) {
        Presented::Bearer(token) if token.is_empty() && Client::is_in_body(form) => {
            Client::in_request(form)?.verified(&state.engine, address).await
        }
        Presented::Bearer(token) => {
            let verified = state.engine.verify_bearer(&token, address).await;
            verified.map_err(|error| OAuthError::of_verification(error, OAuthError::InvalidToken))
        }
        Presented::Basic(Some(Credential { user, password })) if password.is_empty() => {
            let verified = state.engine.verify_api_key(&form_decoded(&user), address).await;
            verified.map_err(|error| OAuthError::of_verification(error, OAuthError::InvalidClient))
        }
        Presented::Basic(_) | Presented::Nothing | Presented::Unknown | Presented::Several => {
            Client::in_request(form)?.verified(&state.engine, address).await
        }
    }
}

/// RFC 7662 §2.2. An API key is told in the words of a token: it stands for itself.
fn reply(told: &Introspection, issuer: &str) -> Value {
    let mut reply = json!({
        "active": true,
        "client_id": told.client_id,
        "sub": told.client_id,
        "iss": issuer,
        "token_type": "Bearer",
        "latchkey_organization": told.organization,
        "iat": told.issued_at.seconds(),
    });
    let optional = [
        // A list of scopes has one at the least (RFC 6749 §3.3).
        ("scope", (!told.scopes.is_empty()).then(|| json!(told.scopes.to_string()))),
        ("exp", told.expires_at.map(|moment| json!(moment.seconds()))),
        ("aud", told.audience.as_ref().map(|audience| json!(audience))),
        ("jti", told.token_id.as_ref().map(|id| json!(id))),
    ];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        reply[name] = value;
    }
    reply
}
