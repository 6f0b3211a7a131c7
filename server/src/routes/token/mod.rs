//! `POST /oauth/token`: an access token for client credentials (RFC 6749 §4.4).

mod client_authentication;
mod form;
mod token_error;

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use client_authentication::Client;
use form::Form;
use serde_json::json;
use token_error::TokenError;

use crate::{middleware::ClientAddress, state::ServerState};

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Response, TokenError> {
    let form = Form::read(request).await?;
    match form.get("grant_type") {
        None => return Err(TokenError::InvalidRequest("grant_type is missing")),
        Some("client_credentials") => {}
        Some(_) => return Err(TokenError::UnsupportedGrantType),
    }
    if form.get("scope").is_some() {
        return Err(TokenError::InvalidScope);
    }
    let client = Client::in_request(&form)?;
    let issued = state.engine.issue_token(&client.id, &client.secret, address).await;
    let issued = issued.map_err(|error| TokenError::of_engine(error, client.method))?;
    let (token, expires_in) = (issued.access_token.expose(), issued.expires_in);
    Ok(Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": expires_in })).into_response())
}

pub(super) async fn wrong_method() -> TokenError {
    TokenError::MethodNotAllowed
}
