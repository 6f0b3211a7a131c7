//! `POST /oauth/token`: an access token for client credentials (RFC 6749 §4.4).

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use latchkey_credentials::machines::IssuedToken;
use latchkey_model::scope::Scopes;
use serde_json::json;

use super::{OAuthError, client_authentication::Client, form::Form};
use crate::{middleware::ClientAddress, state::ServerState};

pub(in crate::routes) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Response, OAuthError> {
    let form = Form::read(request).await?;
    match form.get("grant_type") {
        None => return Err(OAuthError::InvalidRequest("grant_type is missing")),
        Some("client_credentials") => {}
        Some(_) => return Err(OAuthError::UnsupportedGrantType),
    }
    let client = Client::in_request(&form)?;
    let Ok(scope) = form.get("scope").map(requested).transpose() else {
        // A stranger is told that it is one, and nothing else.
        client.verified(&state.engine, address).await?;
        return Err(OAuthError::InvalidScope);
    };
    Ok(reply(&state.engine.issue_token(&client.proof(), scope, address).await?))
}

/// One scope at the least: spaces alone are none (RFC 6749 §3.3).
fn requested(text: &str) -> Result<Scopes, OAuthError> {
    text.parse().ok().filter(|scopes: &Scopes| !scopes.is_empty()).ok_or(OAuthError::InvalidScope)
}

/// RFC 6749 §5.1. The scope is told even where it is what was asked for, which the section allows.
fn reply(issued: &IssuedToken) -> Response {
    let mut reply = json!({
        "access_token": issued.access_token.expose(),
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
    });
    if !issued.scope.is_empty() {
        reply["scope"] = json!(issued.scope.to_string());
    }
    Json(reply).into_response()
}
