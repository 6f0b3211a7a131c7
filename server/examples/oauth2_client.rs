//! Shows what the crate `oauth2` makes of a server. `make interop` runs it with the server's issuer and a client's
//! credentials in the environment; it prints one JSON object.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a check that cannot go on fails")]

use std::env;

use oauth2::{
    AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, IntrospectionUrl, RequestTokenError, RevocationUrl,
    Scope, StandardRevocableToken, TokenIntrospectionResponse, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponseType},
};
use serde_json::{Value, json};

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

/// The crate revokes only over https; the tested server takes the place of a proxy that terminates TLS and forwards
/// plain HTTP.
fn send(mut request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let url = request.uri().to_string().replacen("https://", "http://", 1);
    *request.uri_mut() = url.parse().expect("the URL was one before");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let (parts, mut body) = agent.run(request)?.into_parts();
    Ok(HttpResponse::from_parts(parts, body.read_to_vec()?))
}

fn checked(auth_type: &AuthType) -> Value {
    let issuer = variable("ISSUER");
    let client = |secret: String| {
        BasicClient::new(ClientId::new(variable("CLIENT_ID")))
            .set_client_secret(ClientSecret::new(secret))
            .set_auth_type(auth_type.clone())
            .set_token_uri(TokenUrl::new(format!("{issuer}/oauth/token")).unwrap())
            .set_introspection_url(IntrospectionUrl::new(format!("{issuer}/oauth/introspect")).unwrap())
            .set_revocation_url(
                RevocationUrl::new(format!("{issuer}/oauth/revoke").replacen("http://", "https://", 1)).unwrap(),
            )
    };
    let good = client(variable("CLIENT_SECRET"));
    let scope = Scope::new("orders:read".to_owned());
    let token = good.exchange_client_credentials().add_scope(scope).request(&send).unwrap();
    let is_active = || good.introspect(token.access_token()).request(&send).unwrap().active();
    let active_before = is_active();
    let revocable = StandardRevocableToken::AccessToken(token.access_token().clone());
    good.revoke_token(revocable).unwrap().request(&send).unwrap();
    let refused = client(format!("{}x", variable("CLIENT_SECRET"))).exchange_client_credentials().request(&send);
    json!({
        "scopes": token.scopes(),
        "expires_in": token.expires_in().map(|lifetime| lifetime.as_secs()),
        "active": active_before,
        "active_after_revocation": is_active(),
        "wrong_secret_is_invalid_client": matches!(
            refused,
            Err(RequestTokenError::ServerResponse(error)) if *error.error() == BasicErrorResponseType::InvalidClient
        ),
    })
}

#[expect(clippy::print_stdout, reason = "what it prints is its result")]
fn main() {
    println!("{}", json!({ "basic": checked(&AuthType::BasicAuth), "post": checked(&AuthType::RequestBody) }));
}
