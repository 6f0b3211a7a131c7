//! Handles `POST /oauth/token`, which issues an access token for client credentials (RFC 6749 §4.4).

use std::net::IpAddr;

use axum::{
    Extension, Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use latchkey_engine::{
    oauth::IssuedToken,
    verification::{Audience, Audiences},
};
use latchkey_model::scope::Scopes;
use serde_json::json;

use super::{client_authentication::PresentedClient, form::Form};
use crate::http::{
    client_address::ClientAddress,
    oauth_error::{OAuthError, OfferedSchemes},
    state::ServerState,
};

pub(super) async fn answer(
    State(state): State<ServerState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    request: Request,
) -> Result<Response, Response> {
    let offered = OfferedSchemes::for_request(request.headers(), state.engine.issuer());
    let issued = issue(&state, address, request).await.map_err(|error| error.into_client_response(&offered))?;
    Ok(reply(&issued))
}

async fn issue(state: &ServerState, address: IpAddr, request: Request) -> Result<IssuedToken, OAuthError> {
    let form = Form::read(request).await?;
    match form.get("grant_type") {
        None => return Err(OAuthError::InvalidRequest("grant_type is missing")),
        Some("client_credentials") => {}
        Some(_) => return Err(OAuthError::UnsupportedGrantType),
    }
    let client = PresentedClient::from_form(&form)?;
    let requested = requested_audience(&form, state.engine.verification.audiences()).and_then(|audience| {
        let scope = form.get("scope").map(requested_scope).transpose()?;
        Ok((audience, scope))
    });
    match requested {
        Ok((audience, scope)) => {
            Ok(state.engine.oauth.issue_token_for(audience, &client.authentication(), scope, address).await?)
        }
        Err(error) => {
            // The client is verified first: a stranger must not learn what clients may ask for.
            client.verify(&state.engine.oauth, address).await?;
            Err(error)
        }
    }
}

/// Returns the audience that every `resource` names (RFC 8707 §2); without one, the first audience.
fn requested_audience<'a>(form: &Form, audiences: &'a Audiences) -> Result<&'a Audience, OAuthError> {
    let mut named = form.all("resource").map(|resource| audiences.named(resource).ok_or(OAuthError::InvalidTarget));
    let Some(audience) = named.next().transpose()? else { return Ok(audiences.first()) };
    // A token is for one audience. With two, each could present it to the other.
    named.try_for_each(|other| if other? == audience { Ok(()) } else { Err(OAuthError::InvalidTarget) })?;
    Ok(audience)
}

/// Parses at least one scope: white space alone is not a scope (RFC 6749 §3.3).
fn requested_scope(text: &str) -> Result<Scopes, OAuthError> {
    text.parse().ok().filter(|scopes: &Scopes| !scopes.is_empty()).ok_or(OAuthError::InvalidScope)
}

/// Returns the response of RFC 6749 §5.1. It always contains the scope, even if it is the requested one, which the
/// section allows.
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
