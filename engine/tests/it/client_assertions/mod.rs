//! Clients that authenticate by `private_key_jwt` (RFC 7523).

mod claims;
mod registration;
mod replay;

use latchkey_engine::{
    oauth::{ClientAuthentication, IssueTokenError, IssuedToken},
    people::Caller,
};
use latchkey_model::{
    access_key::{Activation, AuthenticationMethod, CreateAccessKey, CreatedAccessKey, Kind, ValidationOutcome},
    public_key::Jwk,
    redacted::Secret,
};
use serde_json::{Value, json};

use crate::support::{
    ADDRESS, ISSUER, Latchkey, START, creation,
    key_pairs::{Pair, pair, signed},
    proof_of,
};

on_both_databases! {
    a_client_with_a_key_pair_gets_no_secret_and_authenticates_by_signature
    a_client_authenticates_only_by_its_registered_method
    an_inactive_clients_assertion_is_refused
}

const NOW: i64 = START / 1000;

fn with_key(public: &Jwk) -> CreateAccessKey {
    CreateAccessKey { public_key: Some(public.clone()), ..creation(Kind::OAuthClient, "WMS") }
}

pub async fn client_of(latchkey: &Latchkey, caller: &Caller, pair: &Pair) -> CreatedAccessKey {
    let administrator = caller.administrator().unwrap();
    let created = latchkey.engine.keys.create(&administrator, &with_key(&pair.public)).await.unwrap();
    latchkey.set_status(caller, &created, Activation::Active).await;
    created
}

/// Creates a client that has used an assertion.
pub async fn client_with_a_used_assertion(latchkey: &Latchkey, caller: &Caller) -> CreatedAccessKey {
    let pair = pair();
    let client = client_of(latchkey, caller, &pair).await;
    assert!(is_accepted(latchkey, &signed(&pair, &claims(&client, "used"))).await);
    client
}

/// Returns the claims of a valid assertion.
pub fn claims(client: &CreatedAccessKey, jti: &str) -> Value {
    let id = client.key.id.as_str();
    json!({ "iss": id, "sub": id, "aud": ISSUER, "iat": NOW, "exp": NOW + 60, "jti": jti })
}

async fn present(latchkey: &Latchkey, jwt: &str) -> Result<IssuedToken, IssueTokenError> {
    latchkey.engine.oauth.issue_token(&ClientAuthentication::Assertion { client_id: None, jwt }, None, ADDRESS).await
}

pub async fn is_accepted(latchkey: &Latchkey, jwt: &str) -> bool {
    match present(latchkey, jwt).await {
        Ok(_) => true,
        Err(IssueTokenError::InvalidClient) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn a_client_with_a_key_pair_gets_no_secret_and_authenticates_by_signature(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    assert!(client.secret.is_none());
    assert_eq!(client.key.authentication, AuthenticationMethod::PrivateKeyJwt);
    let issued = present(&latchkey, &signed(&pair, &claims(&client, "1"))).await.unwrap();
    let verified = latchkey.engine.verification.verify_bearer(issued.access_token.expose(), ADDRESS).await.unwrap();
    assert_eq!(*verified.id(), client.key.id);
    let shown = latchkey.engine.keys.get(&ana, &client.key.id).await.unwrap();
    assert_eq!(shown.public_key, Some(pair.public));
}

async fn a_client_authenticates_only_by_its_registered_method(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let by_key = client_of(&latchkey, &ana, &pair).await;
    let by_secret = latchkey.create_active(&ana, Kind::OAuthClient, "by secret").await;
    assert!(!is_accepted(&latchkey, &signed(&pair, &claims(&by_secret, "1"))).await);
    assert!(latchkey.engine.oauth.issue_token(&proof_of(&by_secret), None, ADDRESS).await.is_ok());
    let administrator = ana.administrator().unwrap();
    let secret = Secret::from("anything".to_owned());
    let outcome = latchkey.engine.verification.validate(&administrator, by_key.key.id.as_str(), &secret).await.unwrap();
    assert_eq!(outcome, ValidationOutcome::WrongSecret);
    let jwt = signed(&pair, &claims(&by_key, "2"));
    let mismatch = ClientAuthentication::Assertion { client_id: Some(by_secret.key.id.as_str()), jwt: &jwt };
    let refused = latchkey.engine.oauth.issue_token(&mismatch, None, ADDRESS).await;
    assert!(matches!(refused, Err(IssueTokenError::InvalidClient)));
}

async fn an_inactive_clients_assertion_is_refused(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&latchkey, &ana, &pair).await;
    let token = present(&latchkey, &signed(&pair, &claims(&client, "1"))).await.unwrap().access_token;
    latchkey.set_status(&ana, &client, Activation::Inactive).await;
    assert!(!is_accepted(&latchkey, &signed(&pair, &claims(&client, "2"))).await);
    assert!(latchkey.engine.verification.verify_bearer(token.expose(), ADDRESS).await.is_err());
}
