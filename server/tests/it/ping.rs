//! `GET /api/v1/ping`.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request},
};
use serde_json::json;

use crate::support::{Answer, Latchkey, START, latchkey::basic};

const PONG: &str = r#"{"info":"pong","status":1}"#;

#[tokio::test]
async fn a_request_without_a_credential_gets_both_schemes_and_no_error_code() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/api/v1/ping").await.must_be_problem(401, "invalid-credential");
    let challenges = answer.header("www-authenticate");
    assert_eq!(
        challenges,
        "Bearer realm=\"Latchkey\", \
         resource_metadata=\"http://127.0.0.1:3000/.well-known/oauth-protected-resource\" | \
         Basic realm=\"Latchkey\", charset=\"UTF-8\""
    );
}

#[tokio::test]
async fn an_active_api_key_is_accepted_by_basic_and_by_bearer_and_deactivation_is_immediate() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create("api_key", "Warehouse").await;
    let (by_basic, by_bearer) = (basic(&secret, ""), format!("Bearer {secret}"));
    for authorization in [&by_basic, &by_bearer] {
        latchkey.ping(authorization).await.must_be_problem(401, "invalid-credential");
    }
    ana.set_status(&id, "active").await.is(200);
    for authorization in [&by_basic, &by_bearer] {
        assert_eq!(latchkey.ping(authorization).await.is(200).text(), PONG);
    }
    ana.set_status(&id, "inactive").await.is(200);
    for authorization in [&by_basic, &by_bearer] {
        latchkey.ping(authorization).await.must_be_problem(401, "invalid-credential");
    }
}

#[tokio::test]
async fn an_oauth_client_is_accepted_through_its_token_until_it_is_deactivated_and_not_again() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let token = async || {
        let answer = latchkey.token(Some(&basic(&id, &secret)), "grant_type=client_credentials").await.is(200);
        format!("Bearer {}", answer.json()["access_token"].as_str().unwrap())
    };
    let first = token().await;
    assert_eq!(latchkey.ping(&first).await.is(200).text(), PONG);
    ana.set_status(&id, "inactive").await.is(200);
    latchkey.ping(&first).await.is(401);
    ana.set_status(&id, "active").await.is(200);
    latchkey.ping(&first).await.is(401);
    let second = token().await;
    latchkey.ping(&second).await.is(200);
    latchkey.wait(Duration::from_hours(2));
    latchkey.ping(&second).await.is(401);
}

/// Wrong credentials, each wrong in one way.
async fn refused_secrets(latchkey: &Latchkey) -> Vec<(&'static str, String)> {
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, inactive) = ana.create("api_key", "inactive").await;
    let (deleted_id, deleted) = ana.create_active("api_key", "deleted").await;
    ana.call("/api/access-keys/delete", json!({ "id": deleted_id, "name": "deleted" })).await.is(200);
    let (_, client_secret) = ana.create_active("oauth_client", "client").await;
    let (_, active) = ana.create_active("api_key", "active").await;
    let expiry = START + 1000;
    let expiring = json!({ "kind": "api_key", "name": "expired", "expires_at": expiry });
    let expired = ana.call("/api/access-keys/create", expiring).await.is(200).json();
    ana.set_status(expired["key"]["id"].as_str().unwrap(), "active").await.is(200);
    latchkey.wait(Duration::from_secs(2));
    let mut other_last = active.clone();
    let last = if other_last.pop() == Some('0') { '1' } else { '0' };
    other_last.push(last);
    vec![
        ("inactive", inactive),
        ("deleted", deleted),
        ("expired", expired["secret"].as_str().unwrap().to_owned()),
        ("a client's", client_secret),
        ("bad checksum", other_last),
        ("cut short", active[..active.len() - 3].to_owned()),
        ("empty", String::new()),
        ("nonsense", "hunter2".to_owned()),
        ("not a token", "a.b.c".to_owned()),
        ("unknown", "lk_ak_000000000000_0000000000000000000000000000000000000000000000000".to_owned()),
    ]
}

#[tokio::test]
async fn every_wrong_credential_of_a_scheme_gets_the_same_bytes() {
    let latchkey = Latchkey::start().await;
    let mut answers: Vec<(String, Answer, Answer)> = Vec::new();
    for (what, secret) in refused_secrets(&latchkey).await {
        let by_basic = latchkey.ping(&basic(&secret, "")).await.must_be_problem(401, "invalid-credential");
        let by_bearer = latchkey.ping(&format!("Bearer {secret}")).await.must_be_problem(401, "invalid-credential");
        answers.push((what.to_owned(), by_basic, by_bearer));
    }
    let (_, by_basic, by_bearer) = &answers[0];
    for (what, basic, bearer) in &answers {
        assert_eq!(basic, by_basic, "{what}");
        assert_eq!(bearer, by_bearer, "{what}");
    }
    assert!(by_bearer.header("www-authenticate").contains(r#"error="invalid_token""#));
    assert!(!by_basic.header("www-authenticate").contains("error"));
}

#[tokio::test]
async fn a_password_with_an_api_key_is_refused() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    latchkey.ping(&basic(&secret, "")).await.is(200);
    latchkey.ping(&basic(&secret, "x")).await.is(401);
    latchkey.ping(&basic("", &secret)).await.is(401);
}

#[tokio::test]
async fn a_malformed_header_is_refused() {
    let latchkey = Latchkey::start().await;
    let long = format!("Bearer {}", "x".repeat(20_000));
    for value in
        ["", "Basic", "Basic ", "Basic !!", "Basic YQ==", "Basic /w==", "Bearer", "Bearer ", "Digest x=1", "x", &long]
    {
        latchkey.ping(value).await.must_be_problem(401, "invalid-credential");
    }
    let mut request = Request::get("/api/v1/ping").body(Body::empty()).unwrap();
    request.headers_mut().insert("authorization", HeaderValue::from_bytes(b"Basic \xff\xfe").unwrap());
    latchkey.send(request).await.is(401);
}

#[tokio::test]
async fn two_authorization_headers_are_400_whatever_they_contain() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let good = format!("Bearer {secret}");
    let mut answers = Vec::new();
    for two in [[good.as_str(), &good], [&good, "Bearer x"], ["Bearer x", &good], ["Digest x", "Basic"]] {
        let request =
            two.into_iter().fold(Request::get("/api/v1/ping"), |request, value| request.header("authorization", value));
        let answer = latchkey.send(request.body(Body::empty()).unwrap()).await;
        let answer = answer.must_be_problem(400, "malformed-request");
        assert_eq!(answer.header("www-authenticate"), "");
        answers.push(answer);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn only_get_and_head_are_answered() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let with = |method: Method| {
        let request = Request::builder().method(method).uri("/api/v1/ping");
        request.header("authorization", format!("Bearer {secret}")).body(Body::empty()).unwrap()
    };
    assert_eq!(latchkey.send(with(Method::HEAD)).await.is(200).text(), "");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = latchkey.send(with(method)).await.must_be_problem(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), "GET,HEAD");
    }
}

#[tokio::test]
async fn without_its_database_ping_gives_no_verdict() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    latchkey.engine.close().await;
    let answer = latchkey.ping(&format!("Bearer {secret}")).await.must_be_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(answer.header("www-authenticate"), "");
}

#[tokio::test]
async fn with_sqlite_a_cached_key_needs_no_database() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    latchkey.ping(&format!("Bearer {secret}")).await.is(200);
    // The first use is written at once, and the key is read again.
    latchkey.ping(&format!("Bearer {secret}")).await.is(200);
    latchkey.engine.close().await;
    latchkey.ping(&format!("Bearer {secret}")).await.is(200);
}

#[tokio::test]
async fn in_a_flood_wrong_secrets_are_delayed_and_valid_ones_are_not() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let good = format!("Bearer {secret}");
    for _ in 0..2 {
        latchkey.ping(&good).await.is(200);
    }
    // From here on time passes only while something sleeps.
    tokio::time::pause();
    let waited = async |header: &str, status: u16| {
        let begin = tokio::time::Instant::now();
        latchkey.ping(header).await.is(status);
        begin.elapsed()
    };
    let mut refusals = 0;
    while waited("Bearer lk_wrong", 401).await.is_zero() {
        refusals += 1;
        assert!(refusals < 10_000, "a flood of wrong secrets is answered at once");
    }
    assert!(refusals >= 100, "a few wrong secrets wait for nothing: {refusals}");
    assert!(waited(&good, 200).await.is_zero());
    assert!(waited("", 401).await.is_zero(), "a request without a credential is not delayed");
}
