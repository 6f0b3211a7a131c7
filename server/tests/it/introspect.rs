//! `POST /oauth/introspect` (RFC 7662).

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::{Value, json};

use crate::support::{Answer, Latchkey, latchkey::basic};

async fn post(latchkey: &Latchkey, path: &str, authorization: Option<&str>, form: &str) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    latchkey.send(request.body(Body::from(form.to_owned())).unwrap()).await
}

async fn introspect(latchkey: &Latchkey, authorization: Option<&str>, form: &str) -> Answer {
    post(latchkey, "/oauth/introspect", authorization, form).await
}

async fn token(latchkey: &Latchkey, id: &str, secret: &str) -> String {
    let answer = latchkey.token(Some(&basic(id, secret)), "grant_type=client_credentials").await.is(200);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_way_to_authenticate_is_taken() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (key_id, key) = ana.create_active("api_key", "API").await;
    for id in [&id, &key_id] {
        let grant = json!({ "id": id, "scopes": ["tokens:introspect"] });
        ana.call("/api/access-keys/set-scopes", grant).await.is(200);
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
        let told = answer.json();
        assert_eq!(told["active"], true);
        assert_eq!((&told["client_id"], &told["sub"]), (&json!(id), &json!(id)));
        assert_eq!((&told["scope"], &told["token_type"]), (&json!("tokens:introspect"), &json!("Bearer")));
        assert!(told["exp"].is_number() && told["jti"].is_string() && told["aud"].is_string());
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_it_is_inactive_and_nothing_else() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let (asks_id, asks) = ana.create_active("api_key", "API").await;
    ana.call("/api/access-keys/set-scopes", json!({ "id": asks_id, "scopes": ["tokens:introspect"] })).await.is(200);
    let (foreign_id, foreign) = eve.create_active("oauth_client", "hers").await;
    let (_, foreign_key) = eve.create_active("api_key", "hers").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (_, inactive) = ana.create("api_key", "inactive").await;
    let revoked = token(&latchkey, &id, &secret).await;
    post(&latchkey, "/oauth/revoke", Some(&basic(&id, &secret)), &format!("token={revoked}")).await.is(200);
    let foreign = token(&latchkey, &foreign_id, &foreign).await;
    let bearer = format!("Bearer {asks}");
    for presented in ["x", "a.b.c", &revoked, &foreign, &foreign_key, &inactive, &secret] {
        let answer = introspect(&latchkey, Some(&bearer), &format!("token={presented}")).await.is(200);
        assert_eq!(answer.json(), json!({ "active": false }), "{presented}");
    }
}

#[tokio::test]
async fn who_may_not_ask_is_told_so() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let answer = introspect(&latchkey, Some(&basic(&id, &secret)), "token=x").await.is(403);
    assert_eq!(answer.json()["error"], "insufficient_scope");
    assert!(answer.header("www-authenticate").contains(r#"scope="tokens:introspect""#));
    let answer = introspect(&latchkey, Some(&basic(&id, "wrong")), "token=x").await.is(401);
    assert_eq!(
        (answer.json()["error"].clone(), answer.header("www-authenticate").starts_with("Basic ")),
        (json!("invalid_client"), true)
    );
    let answer = introspect(&latchkey, Some("Bearer wrong"), "token=x").await.is(401);
    assert_eq!(
        (answer.json()["error"].clone(), answer.header("www-authenticate").starts_with("Bearer ")),
        (json!("invalid_token"), true)
    );
    introspect(&latchkey, None, "token=x").await.is(401);
}

#[tokio::test]
async fn what_is_no_request_is_told_so() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, key) = ana.create_active("api_key", "API").await;
    ana.call("/api/access-keys/set-scopes", json!({ "id": id, "scopes": ["tokens:introspect"] })).await.is(200);
    let bearer = format!("Bearer {key}");
    for form in ["", "token=", "token=a&token=b"] {
        assert_eq!(introspect(&latchkey, Some(&bearer), form).await.is(400).json()["error"], "invalid_request");
    }
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let request = Request::builder().method(Method::GET).uri(path).body(Body::empty()).unwrap();
        assert_eq!(latchkey.send(request).await.is(405).header("allow"), "POST");
    }
}

#[tokio::test]
async fn revocation_answers_alike_and_never_falsely() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (other_id, other) = ana.create_active("oauth_client", "other").await;
    let token = token(&latchkey, &id, &secret).await;
    let revoke = async |authorization: &str, token: &str| {
        post(&latchkey, "/oauth/revoke", Some(authorization), &format!("token={token}&token_type_hint=x")).await
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
