//! Handles `POST /oauth/revoke`, which revokes a token before it expires (RFC 7009).

use std::net::IpAddr;

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{client_authentication::PresentedClient, form::Form};
use crate::http::{
    client_address::ClientAddress,
    oauth_error::{OAuthError, OfferedSchemes},
    state::ServerState,
};

/// Answers an unknown token, and one of another client, like one that was revoked (RFC 7009 §2.2), so that the response
/// says nothing about it. `token_type_hint` is ignored, because there is only one type. The body is an empty JSON
/// object: some libraries treat a response of another type as a failure.
pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Json<Value>, Response> {
    let offered = OfferedSchemes::for_request(request.headers(), state.engine.issuer());
    revoke(&state, address, request).await.map_err(|error| error.into_client_response(&offered))?;
    Ok(Json(json!({})))
}

async fn revoke(state: &ServerState, address: IpAddr, request: Request) -> Result<(), OAuthError> {
    let form = Form::read(request).await?;
    let client = PresentedClient::from_form(&form)?;
    let Some(token) = form.get("token") else {
        // The client is verified first (RFC 7009 §2.1).
        client.verify(&state.engine.oauth, address).await?;
        return Err(OAuthError::InvalidRequest("token is missing"));
    };
    state.engine.oauth.revoke_token(&client.authentication(), token, address).await?;
    Ok(())
}
