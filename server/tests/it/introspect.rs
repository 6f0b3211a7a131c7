//! `POST /oauth/introspect` (RFC 7662).

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};

use crate::support::{
    Answer, Latchkey, Person, START,
    latchkey::{BASIC_CHALLENGE, basic},
};

/// What the challenge of an invalid bearer credential, or of one without the scope, contains.
fn bearer_challenge(error: &str) -> String {
    let metadata = "http://127.0.0.1:3000/.well-known/oauth-protected-resource";
    format!(r#"Bearer realm="Latchkey"{error}, resource_metadata="{metadata}""#)
}

/// Returns the `Authorization` of an API key that may introspect.
async fn one_who_asks(ana: &Person<'_>) -> String {
    let (id, secret) = ana.create_active("api_key", "API").await;
    ana.set_scopes(&id, &["tokens:introspect"]).await;
    format!("Bearer {secret}")
}

async fn introspect(latchkey: &Latchkey, authorization: Option<&str>, form: &str) -> Answer {
    latchkey.post_form("/oauth/introspect", authorization, form).await
}

async fn token(latchkey: &Latchkey, id: &str, secret: &str) -> String {
    let answer = latchkey.token(Some(&basic(id, secret)), "grant_type=client_credentials").await.is(200);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_way_to_authenticate_is_accepted() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (key_id, key) = ana.create_active("api_key", "API").await;
    for id in [&id, &key_id] {
        ana.set_scopes(id, &["tokens:introspect"]).await;
    }
    let token = token(&latchkey, &id, &secret).await;
    let by_post = format!("token={token}&client_id={id}&client_secret={secret}");
    let form = format!("token={token}&token_type_hint=access_token");
    for (authorization, form) in [
        (Some(basic(&id, &secret)), &form),
        (Some(basic(&key, "")), &form),
        (Some(format!("Bearer {key}")), &form),
        (Some(format!("bearer {token}")), &form),
        (None, &by_post),
    ] {
        let answer = introspect(&latchkey, authorization.as_deref(), form).await.is(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("pragma"), "no-cache");
        let introspected = answer.json();
        assert_eq!(introspected["active"], true);
        assert_eq!((&introspected["client_id"], &introspected["sub"]), (&json!(id), &json!(id)));
        assert_eq!(
            (&introspected["scope"], &introspected["token_type"]),
            (&json!("tokens:introspect"), &json!("Bearer"))
        );
        assert!(introspected["exp"].is_number() && introspected["jti"].is_string() && introspected["aud"].is_string());
        assert!(introspected["latchkey_organization"].as_str().unwrap().starts_with("org_"));
    }
}

#[tokio::test]
async fn every_invalid_token_is_just_inactive() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let bearer = one_who_asks(&ana).await;
    let (foreign_id, foreign) = eve.create_active("oauth_client", "hers").await;
    let (_, foreign_key) = eve.create_active("api_key", "hers").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (_, inactive) = ana.create("api_key", "inactive").await;
    let revoked = token(&latchkey, &id, &secret).await;
    latchkey.post_form("/oauth/revoke", Some(&basic(&id, &secret)), &format!("token={revoked}")).await.is(200);
    let foreign = token(&latchkey, &foreign_id, &foreign).await;
    for presented in ["x", "a.b.c", &revoked, &foreign, &foreign_key, &inactive, &secret] {
        let answer = introspect(&latchkey, Some(&bearer), &format!("token={presented}")).await.is(200);
        assert_eq!(answer.json(), json!({ "active": false }), "{presented}");
    }
}

#[tokio::test]
async fn callers_without_permission_are_refused() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let lacking = introspect(&latchkey, Some(&basic(&id, &secret)), "token=x").await.is(403);
    let missing = bearer_challenge(r#", error="insufficient_scope", scope="tokens:introspect""#);
    assert_eq!((&lacking.json()["error"], lacking.header("www-authenticate")), (&json!("insufficient_scope"), missing));
    for authorization in [basic(&id, "wrong"), basic("wrong", "")] {
        let answer = introspect(&latchkey, Some(&authorization), "token=x").await.is(401);
        let both = format!("{} | {BASIC_CHALLENGE}", bearer_challenge(""));
        assert_eq!((&answer.json()["error"], answer.header("www-authenticate")), (&json!("invalid_client"), both));
    }
    let bad = r#", error="invalid_token", error_description="The credential is not accepted""#;
    for authorization in ["Bearer wrong", "Bearer", "Bearer ä"] {
        let answer = introspect(&latchkey, Some(authorization), "token=x").await.is(401);
        let challenge = bearer_challenge(bad);
        assert_eq!((&answer.json()["error"], answer.header("www-authenticate")), (&json!("invalid_token"), challenge));
    }
    for authorization in [None, Some("Digest x")] {
        let answer = introspect(&latchkey, authorization, "token=x").await.is(401);
        let both = format!("{} | {BASIC_CHALLENGE}", bearer_challenge(""));
        assert_eq!((&answer.json()["error"], answer.header("www-authenticate")), (&json!("invalid_client"), both));
    }
}

#[tokio::test]
async fn an_api_key_is_described_as_a_token() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let bearer = one_who_asks(&ana).await;
    ana.call("/api/scopes/define", json!({ "name": "orders:read" })).await.is(200);
    let (id, lasting) = ana.create_active("api_key", "lasting").await;
    let request = Request::get("/verify").header("authorization", format!("Bearer {lasting}"));
    let verified = latchkey.send(request.body(Body::empty()).unwrap()).await.is(200);
    let mut expected = json!({
        "active": true,
        "client_id": id,
        "sub": id,
        "iss": "http://127.0.0.1:3000",
        "token_type": "Bearer",
        "iat": START / 1000,
        "latchkey_organization": verified.header("latchkey-credential-organization"),
    });
    let introspected = introspect(&latchkey, Some(&bearer), &format!("token={lasting}")).await.is(200).json();
    assert_eq!(introspected, expected);
    let arguments = json!({
        "kind": "api_key", "name": "ending", "scopes": ["orders:read"], "expires_at": START + 60_000,
    });
    let created = ana.call("/api/access-keys/create", arguments).await.is(200).json();
    let (id, ending) = (created["key"]["id"].as_str().unwrap(), created["secret"].as_str().unwrap());
    ana.set_status(id, "active").await.is(200);
    for (member, value) in [
        ("client_id", json!(id)),
        ("sub", json!(id)),
        ("scope", json!("orders:read")),
        ("exp", json!(START / 1000 + 60)),
    ] {
        expected[member] = value;
    }
    let about = format!("token={ending}");
    assert_eq!(introspect(&latchkey, Some(&bearer), &about).await.is(200).json(), expected);
    latchkey.wait(Duration::from_mins(1));
    assert_eq!(introspect(&latchkey, Some(&bearer), &about).await.is(200).json(), json!({ "active": false }));
}

#[tokio::test]
async fn expired_and_deleted_credentials_are_inactive() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let bearer = one_who_asks(&ana).await;
    let (client, secret) = ana.create_active("oauth_client", "ERP").await;
    let (deleted_id, deleted) = ana.create_active("api_key", "deleted").await;
    let token = token(&latchkey, &client, &secret).await;
    let is_active = async |presented: &str| {
        let answer = introspect(&latchkey, Some(&bearer), &format!("token={presented}")).await.is(200).json();
        assert!(answer["active"] == true || answer == json!({ "active": false }), "{answer}");
        answer["active"] == true
    };
    assert!(is_active(&deleted).await && is_active(&token).await);
    ana.call("/api/access-keys/delete", json!({ "id": deleted_id, "name": "deleted" })).await.is(200);
    assert!(!is_active(&deleted).await);
    latchkey.wait(Duration::from_secs(3599));
    assert!(is_active(&token).await);
    latchkey.wait(Duration::from_secs(1));
    assert!(!is_active(&token).await);
}

#[tokio::test]
async fn an_encoded_api_key_by_basic_equals_a_raw_one() {
    let latchkey = Latchkey::start().await;
    let bearer = one_who_asks(&latchkey.administrator("ana@example.com").await).await;
    let key = bearer.strip_prefix("Bearer ").unwrap();
    for user in [key.to_owned(), key.replace('_', "%5F")] {
        introspect(&latchkey, Some(&basic(&user, "")), "token=x").await.is(200);
    }
}

#[tokio::test]
async fn without_its_database_introspection_is_unavailable() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let bearer = one_who_asks(&latchkey.administrator("ana@example.com").await).await;
    latchkey.engine.close().await;
    let answer = introspect(&latchkey, Some(&bearer), "token=x").await.is(503);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert_eq!((answer.header("retry-after"), answer.header("www-authenticate")), ("1".to_owned(), String::new()));
}

#[tokio::test]
async fn malformed_introspection_requests_are_refused() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let bearer = one_who_asks(&ana).await;
    for form in ["", "token=", "token=a&token=b"] {
        assert_eq!(introspect(&latchkey, Some(&bearer), form).await.is(400).json()["error"], "invalid_request");
    }
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let request = Request::builder().method(Method::GET).uri(path).body(Body::empty()).unwrap();
        assert_eq!(latchkey.send(request).await.is(405).header("allow"), "POST");
    }
}

#[tokio::test]
async fn revocation_verifies_the_client_first() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    for form in ["", "token=", "token=x"] {
        let stranger = latchkey.post_form("/oauth/revoke", Some(&basic(&id, "wrong")), form).await.is(401);
        assert_eq!(stranger.json()["error"], "invalid_client", "{form}");
        assert_eq!(stranger.header("www-authenticate"), BASIC_CHALLENGE);
    }
    let answer = latchkey.post_form("/oauth/revoke", Some(&basic(&id, &secret)), "").await.is(400);
    assert_eq!(answer.json()["error"], "invalid_request");
}

#[tokio::test]
async fn revocation_gives_the_same_response_for_every_token() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (other_id, other) = ana.create_active("oauth_client", "other").await;
    let token = token(&latchkey, &id, &secret).await;
    let revoke = async |authorization: &str, token: &str| {
        latchkey.post_form("/oauth/revoke", Some(authorization), &format!("token={token}&token_type_hint=x")).await
    };
    let unknown = revoke(&basic(&id, &secret), "nonsense").await.is(200);
    assert_eq!(revoke(&basic(&other_id, &other), &token).await, unknown);
    latchkey.ping(&format!("Bearer {token}")).await.is(200);
    assert_eq!(revoke(&basic(&id, "wrong"), &token).await.is(401).json()["error"], "invalid_client");
    latchkey.ping(&format!("Bearer {token}")).await.is(200);
    assert_eq!(revoke(&basic(&id, &secret), &token).await, unknown);
    latchkey.ping(&format!("Bearer {token}")).await.is(401);
    latchkey.engine.close().await;
    let error: Value = revoke(&basic(&id, &secret), &token).await.is(503).json();
    assert_eq!(error["error"], "temporarily_unavailable");
}
