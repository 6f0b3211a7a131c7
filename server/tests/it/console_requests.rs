//! Requests that the console marks as its own. A proxy in front of it may have added an `Authorization` header.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

use crate::support::{
    Latchkey,
    latchkey::{basic, json_request},
};

const MARK: (&str, &str) = ("latchkey-client", "console");

/// Calls with the cookie of a session and each of these values as `Authorization`, with or without the console's
/// header.
fn request(
    path: &str,
    cookie: Option<&str>,
    authorization: &[&str],
    mark: Option<(&'static str, &str)>,
) -> Request<Body> {
    let arguments = match path {
        "/api/access-keys/create" => json!({ "kind": "api_key", "name": "WMS" }),
        "/api/access-keys/list" => json!({ "kind": "api_key" }),
        _ => json!({}),
    };
    let mut request = json_request(path, cookie, &arguments);
    for value in authorization {
        request.headers_mut().append("authorization", value.parse().unwrap());
    }
    if let Some((name, value)) = mark {
        request.headers_mut().append(name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn a_request_of_the_console_uses_the_session_and_not_authorization() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let (plain, manager) = (ana.create_active("api_key", "plain").await.1, eve.create_manager().await);
    let (junk, plain, manager) = ("Bearer junk".to_owned(), format!("Bearer {plain}"), format!("Bearer {manager}"));
    let basic = basic("proxy", "password");
    let values: [&[&str]; 7] =
        [&[], &[&junk], &[&plain], &[&manager], &[&basic], &["Negotiate YII="], &[&junk, &basic]];
    for authorization in values {
        for path in ["/api/session", "/api/access-keys/create", "/api/members/list"] {
            let answer = latchkey.send(request(path, Some(&ana.cookie), authorization, Some(MARK))).await;
            assert_eq!(answer.status, 200, "{path} with {authorization:?}: {answer:?}");
        }
        let refused = latchkey.send(request("/api/access-keys/list", None, authorization, Some(MARK))).await;
        refused.must_be_problem(401, "not-signed-in");
    }
}

#[tokio::test]
async fn any_other_request_uses_only_its_credential() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let plain = format!("Bearer {}", ana.create_active("api_key", "plain").await.1);
    for mark in
        [None, Some(("latchkey-client", "script")), Some(("latchkey-client", "")), Some(("latchkey-client", "Console"))]
    {
        let create =
            |authorization: &[&str]| request("/api/access-keys/create", Some(&ana.cookie), authorization, mark);
        latchkey.send(create(&["Bearer junk"])).await.must_be_problem(401, "invalid-credential");
        latchkey.send(create(&[&plain])).await.must_be_problem(403, "insufficient-scope");
        latchkey.send(create(&[])).await.is(200);
    }
}

#[tokio::test]
async fn the_consoles_header_gives_other_sites_no_access() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let mut request = request("/api/access-keys/create", Some(&ana.cookie), &[], Some(MARK));
        request.headers_mut().insert(name, value.parse().unwrap());
        latchkey.send(request).await.must_be_problem(403, "cross-site");
    }
    // A script of another site may send the header only if the preflight allows it (Fetch §4.8).
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/access-keys/create")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type, latchkey-client");
    let answer = latchkey.send(preflight.body(Body::empty()).unwrap()).await;
    assert!(answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{answer:?}");
}

#[tokio::test]
async fn the_consoles_header_does_not_hide_credentials_from_verification() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, secret) = ana.create_active("api_key", "WMS").await;
    for (authorization, status) in [(format!("Bearer {secret}"), 200), ("Bearer junk".to_owned(), 401)] {
        let ping = Request::get("/api/v1/ping").header("authorization", authorization).header(MARK.0, MARK.1);
        latchkey.send(ping.body(Body::empty()).unwrap()).await.is(status);
    }
}
