//! `POST /oauth/introspect`: what a token or an API key is worth (RFC 7662).

use axum::{
    Extension, Json,
    extract::{Request, State},
};
use latchkey_credentials::machines::{Introspection, Verified};
use serde_json::{Value, json};

use super::{
    OAuthError,
    client_authentication::{Client, Method},
    form::Form,
};
use crate::{
    authorization::{Credential, Presented},
    middleware::ClientAddress,
    state::ServerState,
};

pub(in crate::routes) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Json<Value>, OAuthError> {
    let form = Form::read(request).await?;
    let caller = caller(&state, &form, ClientAddress(address)).await?;
    let token = form.get("token").ok_or(OAuthError::InvalidRequest("token is missing"))?;
    let told = state.engine.introspect(&caller, token, address).await.map_err(OAuthError::of_introspection)?;
    Ok(Json(told.map_or_else(|| json!({ "active": false }), |told| reply(&told, state.engine.issuer()))))
}

/// Who asks: a client, or whoever has an access token or an API key (RFC 7662 §2.1).
async fn caller(
    state: &ServerState,
    form: &Form,
    ClientAddress(address): ClientAddress,
) -> Result<Verified, OAuthError> {
    Client::authenticates_once(form)?;
    match Presented::in_headers(&form.headers) {
        Presented::Bearer(token) => {
            let verified = state.engine.verify_bearer(&token, address).await;
            verified.map_err(|error| OAuthError::of_verification(error, OAuthError::InvalidToken))
        }
        Presented::Basic(Some(Credential { user, password })) if password.is_empty() => {
            let verified = state.engine.verify_api_key(&user, address).await;
            verified.map_err(|error| OAuthError::of_verification(error, OAuthError::InvalidClient(Method::Header)))
        }
        Presented::Basic(_) | Presented::Nothing => {
            let client = Client::in_request(form)?;
            let verified = state.engine.verify_client(&client.proof(), address).await;
            verified.map_err(|error| OAuthError::of_verification(error, OAuthError::InvalidClient(client.method())))
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
        "scope": told.scopes.to_string(),
        "token_type": "Bearer",
        "iat": told.issued_at.seconds(),
    });
    let optional = [
        ("exp", told.expires_at.map(|moment| json!(moment.seconds()))),
        ("aud", told.audience.as_ref().map(|audience| json!(audience))),
        ("jti", told.token_id.as_ref().map(|id| json!(id))),
    ];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        reply[name] = value;
    }
    reply
}
