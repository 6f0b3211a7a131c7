//! How the server functions answer malformed input.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Method, Request},
};
use http_body::Frame;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    authorization::{CASES, Case, World},
    support::{
        Latchkey,
        latchkey::{basic, json_request},
    },
};

fn raw(path: &str, cookie: &str, content_type: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post(path).header("cookie", cookie);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    request.body(body.into()).unwrap()
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn malformed_json_is_400_and_quotes_nothing() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for body in [
        "{",
        "null",
        "[]",
        r#"["api_key","hunter2"]"#,
        "\"hunter2\"",
        r#"{"kind":"api_key","name":"x"} hunter2"#,
        &"[".repeat(10_000),
    ] {
        let answer = latchkey.send(raw("/api/access-keys/create", &ana.cookie, JSON, body.to_owned())).await;
        let answer = answer.must_be_problem(400, "malformed-request");
        assert!(!answer.text().contains("hunter"), "{answer:?}");
    }
    let not_utf8 = raw("/api/access-keys/create", &ana.cookie, JSON, Bytes::from_static(b"{\"name\":\"\xff\"}"));
    latchkey.send(not_utf8).await.must_be_problem(400, "malformed-request");
    let keys = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
    assert_eq!(keys["keys"], json!([]), "nothing was made");
}

#[tokio::test]
async fn a_field_that_is_missing_unknown_or_of_the_wrong_type_is_named_and_its_value_not_quoted() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (body, field) in [
        ("", "kind"),
        ("{}", "kind"),
        (r#"{"kind":"api_key"}"#, "name"),
        (r#"{"kind":"hunter2","name":"x"}"#, "kind"),
        (r#"{"kind":1,"name":"x"}"#, "kind"),
        (r#"{"kind":"api_key","name":7}"#, "name"),
        (r#"{"kind":"api_key","name":"\ud800"}"#, "name"),
        (r#"{"kind":"api_key","name":["hunter2"]}"#, "name"),
        (r#"{"kind":"api_key","name":"x","name":"hunter2"}"#, "name"),
        (r#"{"kind":"api_key","name":"x","expires_at":"hunter2"}"#, "expires_at"),
        (r#"{"kind":"api_key","name":"x","request_id":"hunter 2!"}"#, "request_id"),
        (r#"{"kind":"api_key","name":"x","expiry":"hunter2"}"#, "expiry"),
        (r#"{"kind":"api_key","name":"x","scopes":["a","hunter 2"]}"#, "scopes[1]"),
        (r#"{"kind":"oauth_client","name":"x","public_key":{"kty":["hunter2"]}}"#, "public_key.kty"),
    ] {
        let answer = latchkey.send(raw("/api/access-keys/create", &ana.cookie, JSON, body.to_owned())).await;
        let answer = answer.must_be_problem(422, "invalid-field");
        assert_eq!(answer.json()["field"], field, "{answer:?}");
        assert!(!answer.text().contains("hunter"), "{answer:?}");
    }
    for id in ["", "x", "ak_short", "mem_000000000000", "../../etc/passwd", "' OR 1=1 --"] {
        let answer = ana.call("/api/access-keys/get", json!({ "id": id })).await.must_be_problem(422, "invalid-field");
        assert_eq!(answer.json()["field"], "id");
    }
    let keys = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200).json();
    assert_eq!(keys["keys"], json!([]), "nothing was made");
}

#[tokio::test]
async fn every_call_refuses_a_field_that_it_does_not_know() {
    for Case { path, arguments, .. } in CASES {
        let latchkey = Latchkey::start().await;
        let ana = latchkey.administrator("ana@example.com").await;
        let mut arguments = arguments(&World::of(&ana).await);
        arguments["organization_id"] = json!("org_000000000000");
        let answer = ana.call(path, arguments).await.must_be_problem(422, "invalid-field");
        assert_eq!(answer.json()["field"], "organization_id", "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn another_content_type_is_415() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("text/json")] {
        let request = raw("/api/access-keys/create", &ana.cookie, content_type, r#"{"kind":"api_key","name":"x"}"#);
        latchkey.send(request).await.must_be_problem(415, "unsupported-media-type");
    }
    let with_charset = Some("application/json; charset=utf-8");
    let request = raw("/api/access-keys/create", &ana.cookie, with_charset, r#"{"kind":"api_key","name":"x"}"#);
    latchkey.send(request).await.is(200);
}

#[tokio::test]
async fn a_call_without_arguments_accepts_an_empty_body() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (content_type, body) in [(None, ""), (JSON, ""), (JSON, "{}")] {
        latchkey.send(raw("/api/session", &ana.cookie, content_type, body)).await.is(200);
    }
}

#[tokio::test]
async fn a_large_body_is_413_before_and_while_it_is_read() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let large = raw("/api/access-keys/create", &ana.cookie, JSON, "x".repeat(65 * 1024));
    latchkey.send(large).await.must_be_problem(413, "too-large");
    let endless = Body::new(Endless);
    latchkey.send(raw("/api/access-keys/create", &ana.cookie, JSON, endless)).await.must_be_problem(413, "too-large");
    let just_right = format!(r#"{{"kind":"api_key","name":"x"}}{}"#, " ".repeat(60 * 1024));
    latchkey.send(raw("/api/access-keys/create", &ana.cookie, JSON, just_right)).await.is(200);
}

/// Returns an endless body of unknown length.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1024])))))
    }
}

/// Returns a body that never delivers anything.
struct Silent;

impl HttpBody for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_never_comes_is_waited_for_five_seconds() {
    let latchkey = Latchkey::start().await;
    tokio::time::pause();
    for (path, content_type) in [
        ("/api/session", "application/json"),
        ("/oauth/token", "application/x-www-form-urlencoded"),
        ("/oauth/introspect", "application/x-www-form-urlencoded"),
    ] {
        let begin = Instant::now();
        latchkey.send(raw(path, "", Some(content_type), Body::new(Silent))).await.is(400);
        assert_eq!(begin.elapsed().as_secs(), 5, "{path}");
    }
}

#[tokio::test]
async fn a_request_that_waits_for_the_database_times_out_without_a_verdict() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let latchkey = latchkey.with_request_timeout(Duration::from_millis(300));
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let holder = latchkey.hold("access_keys").await;
    let answer = ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await;
    let answer = answer.must_be_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    // The key's first use is written, and that waits.
    let answer = latchkey.token(Some(&basic(&id, &secret)), "grant_type=client_credentials").await.is(503);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    drop(holder);
    latchkey.token(Some(&basic(&id, &secret)), "grant_type=client_credentials").await.is(200);
    ana.call("/api/access-keys/list", json!({ "kind": "api_key" })).await.is(200);
}

#[tokio::test]
async fn a_panic_ends_one_request_and_discloses_nothing() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    latchkey.break_clock();
    let answer = ana.call("/api/session", json!({})).await.must_be_problem(500, "internal");
    let grant = "grant_type=client_credentials";
    let oauth = latchkey.token(Some(&basic(&id, &secret)), grant).await.is(500);
    assert_eq!(oauth.json()["error"], "server_error");
    for answer in [answer, oauth] {
        assert!(!answer.text().contains("clock"), "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    latchkey.get("/livez").await.is(200);
}

#[tokio::test]
async fn an_unknown_path_is_404_and_another_method_405() {
    let latchkey = Latchkey::start().await;
    for path in ["/api", "/api/", "/api/nothing", "/api/access-keys", "/api/access-keys/create/", "/api/v1/nothing"] {
        latchkey.call(path, json!({})).await.must_be_problem(404, "not-found");
        latchkey.get(path).await.must_be_problem(404, "not-found");
    }
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let request = Request::builder().method(&method).uri("/api/access-keys/list").body(Body::empty());
        let answer = latchkey.send(request.unwrap()).await.is(405);
        assert_eq!(answer.header("allow"), "POST", "{method}");
    }
}

#[tokio::test]
async fn clients_that_accept_html_are_not_redirected() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (path, status) in [("/api/session", 200), ("/api/access-keys/create", 422)] {
        let mut request = json_request(path, Some(&ana.cookie), &json!({}));
        request.headers_mut().insert("accept", "text/html,*/*".parse().unwrap());
        request.headers_mut().insert("referer", "http://127.0.0.1:3000/access-keys".parse().unwrap());
        let answer = latchkey.send(request).await.is(status);
        assert_eq!(answer.header("location"), "");
    }
}

#[tokio::test]
async fn no_response_of_the_api_is_cached() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let good = ana.call("/api/session", json!({})).await.is(200);
    let bad = latchkey.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
    for answer in [good, bad] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("serverfnerror"), "", "the library is not named");
    }
}

#[tokio::test]
async fn without_its_database_the_api_reports_unavailable_without_internals() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    latchkey.engine.close().await;
    let answer = ana.call("/api/session", json!({})).await.must_be_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    for word in ["sqlx", "pool", "database", "sqlite"] {
        assert!(!answer.text().to_lowercase().contains(word), "{answer:?}");
    }
}
