//! `/verify`: what gateways ask.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

use crate::support::{Answer, Latchkey, latchkey::basic};

const IDENTITY: [&str; 5] = [
    "latchkey-credential-id",
    "latchkey-credential-kind",
    "latchkey-credential-name",
    "latchkey-credential-organization",
    "latchkey-credential-scopes",
];

async fn verify(latchkey: &Latchkey, method: Method, uri: &str, authorization: &[&str]) -> Answer {
    let mut request = Request::builder().method(method).uri(uri);
    for value in authorization {
        request = request.header("authorization", *value);
    }
    latchkey.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn any_method_and_path_is_answered_with_all_of_the_identity() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("api_key", "Warehouse Süd, 100 %").await;
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD] {
        for uri in ["/verify", "/verify/orders/7", "/verify/"] {
            let answer = verify(&latchkey, method.clone(), uri, &[&format!("Bearer {secret}")]).await.is(200);
            assert!(IDENTITY.iter().all(|name| answer.headers.contains_key(*name)), "{answer:?}");
            assert_eq!(answer.header("latchkey-credential-id"), id);
            assert_eq!(answer.header("latchkey-credential-kind"), "api_key");
            assert_eq!(answer.header("latchkey-credential-name"), "Warehouse S%C3%BCd, 100 %25");
            assert_eq!(answer.header("latchkey-credential-scopes"), "");
        }
    }
    verify(&latchkey, Method::GET, "/verify", &[&basic(&secret, "")]).await.is(200);
}

#[tokio::test]
async fn a_forwarded_browsers_headers_do_not_matter() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let request = Request::post("/verify")
        .header("authorization", format!("Bearer {secret}"))
        .header("origin", "https://shop.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "text/plain")
        .body(Body::from("x"));
    latchkey.send(request.unwrap()).await.is(200);
}

#[tokio::test]
async fn a_refusal_is_the_same_to_the_byte_and_carries_no_identity() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, inactive) = ana.create("api_key", "inactive").await;
    let (_, client_secret) = ana.create_active("oauth_client", "client").await;
    let mut answers = Vec::new();
    for presented in [inactive.as_str(), &client_secret, "nonsense", "", "a.b.c", "ä"] {
        answers.push(verify(&latchkey, Method::GET, "/verify", &[&format!("Bearer {presented}")]).await);
    }
    for answer in &answers {
        answer.clone().must_be_problem(401, "invalid-credential");
        assert!(IDENTITY.iter().all(|name| !answer.headers.contains_key(*name)), "{answer:?}");
    }
    assert!(answers[..5].iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn credentials_that_are_none_are_refused_and_never_an_error() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let good = format!("Bearer {secret}");
    for headers in [
        &["Basic"][..],
        &["Basic !!!"],
        &["Basic YWI="],
        &["Basic /w=="],
        &[&basic(&secret, "password")],
        &[&basic("", &secret)],
        &["Digest x"],
        &[&good, &good],
        &[&good, "Basic x"],
        &[],
    ] {
        verify(&latchkey, Method::GET, "/verify", headers).await.must_be_problem(401, "invalid-credential");
    }
    for query in ["access_token", "token", "api_key", "client_secret"] {
        let answer = verify(&latchkey, Method::GET, &format!("/verify?{query}={secret}"), &[]).await;
        answer.must_be_problem(401, "invalid-credential");
    }
}

#[tokio::test]
async fn demanded_scopes_must_all_be_carried() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("api_key", "WMS").await;
    for name in ["orders:read", "orders:write"] {
        ana.call("/api/scopes/define", json!({ "name": name })).await.is(200);
    }
    ana.call("/api/access-keys/set-scopes", json!({ "id": id, "scopes": ["orders:read"] })).await.is(200);
    let bearer = format!("Bearer {secret}");
    let ask = async |query: &str| verify(&latchkey, Method::GET, &format!("/verify/x?{query}"), &[&bearer]).await;
    let answer = ask("scope=orders:read").await.is(200);
    assert_eq!(answer.header("latchkey-credential-scopes"), "orders:read");
    for query in ["scope=orders:write", "scope=orders:read+orders:write", "scope=orders:read&scope=orders:write"] {
        let answer = ask(query).await.must_be_problem(403, "insufficient-scope");
        assert!(answer.header("www-authenticate").contains(r#"error="insufficient_scope""#), "{answer:?}");
    }
    for query in ["scope=%22", "scope=Orders:read"] {
        ask(query).await.must_be_problem(403, "insufficient-scope");
    }
    ask("scope=").await.is(200);
    let nobody = verify(&latchkey, Method::GET, "/verify?scope=orders:write", &[]).await;
    nobody.must_be_problem(401, "invalid-credential");
}

#[tokio::test]
async fn without_its_database_it_gives_no_verdict() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    latchkey.engine.close().await;
    let answer = verify(&latchkey, Method::GET, "/verify", &[&format!("Bearer {secret}")]).await;
    assert_eq!(answer.must_be_problem(503, "unavailable").header("retry-after"), "1");
}
