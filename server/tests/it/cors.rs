//! What pages of other origins may read (CORS, Fetch Standard §3.2).

use axum::{
    body::Body,
    http::{Method, Request, request::Builder},
};

use crate::support::{Answer, Latchkey, latchkey::basic};

const APP: &str = "https://app.example.com";
const GRANT: &str = "grant_type=client_credentials";

const PUBLIC: [&str; 4] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/oauth-protected-resource",
    "/.well-known/jwks.json",
];

async fn send(latchkey: &Latchkey, request: Builder) -> Answer {
    latchkey.send(request.body(Body::empty()).unwrap()).await
}

fn preflight(path: &str, origin: &str, method: &str) -> Builder {
    let request = Request::builder().method(Method::OPTIONS).uri(path).header("origin", origin);
    request.header("access-control-request-method", method).header("access-control-request-headers", "authorization,x")
}

/// Calls the token endpoint as a page of the given origin does.
async fn token_from(latchkey: &Latchkey, origin: &str, authorization: &str) -> Answer {
    let request = Request::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", authorization)
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-site", "cross-site")
        .header("origin", origin);
    latchkey.send(request.body(Body::from(GRANT)).unwrap()).await
}

/// Cookies of a page are never allowed.
#[track_caller]
fn takes_no_credentials(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-credentials"), "", "{answer:?}");
}

#[tokio::test]
async fn a_request_with_two_origins_is_not_shared() {
    let latchkey = Latchkey::start().await.with_cors_origins(&[APP]);
    let twice = preflight("/oauth/token", APP, "POST").header("origin", "https://evil.example");
    let refused = send(&latchkey, twice).await;
    assert_eq!(refused.header("access-control-allow-origin"), "", "{refused:?}");
}

#[tokio::test]
async fn every_page_may_read_the_metadata_and_the_keys() {
    let latchkey = Latchkey::start().await;
    for path in PUBLIC.into_iter().chain(["/.well-known/nothing", "/.well-known/oauth-protected-resource/x"]) {
        for origin in [None, Some(APP), Some("null")] {
            let mut request = Request::get(path);
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            let answer = send(&latchkey, request).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}: {answer:?}");
            assert_eq!(answer.header("vary"), "", "the answer is one for all");
            takes_no_credentials(&answer);
        }
        // The MCP SDKs send a custom header, so browsers send a preflight.
        let granted = send(&latchkey, preflight(path, APP, "GET")).await.is(204);
        assert_eq!(granted.header("access-control-allow-origin"), "*");
        assert_eq!(granted.header("access-control-allow-headers"), "*");
        assert_eq!(granted.header("access-control-allow-methods"), "GET, HEAD");
        takes_no_credentials(&granted);
    }
    for path in PUBLIC {
        let wrong_method = send(&latchkey, Request::delete(path).header("origin", APP)).await.is(405);
        assert_eq!(wrong_method.header("access-control-allow-origin"), "*", "{path}");
        send(&latchkey, Request::builder().method(Method::OPTIONS).uri(path)).await.is(405);
    }
}

#[tokio::test]
async fn only_pages_of_configured_origins_may_get_tokens() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    let latchkey = latchkey.with_cors_origins(&[APP, "http://localhost:5173"]);
    let good = basic(&id, &secret);
    for path in ["/oauth/token", "/oauth/revoke"] {
        for origin in [APP, "http://localhost:5173"] {
            let granted = send(&latchkey, preflight(path, origin, "POST")).await.is(204);
            assert_eq!(granted.header("access-control-allow-origin"), origin);
            assert_eq!(granted.header("access-control-allow-methods"), "POST");
            assert_eq!(granted.header("access-control-allow-headers"), "Authorization, Content-Type, *");
            assert_eq!(granted.header("vary"), "Origin");
            assert_eq!((granted.header("www-authenticate"), granted.text()), (String::new(), ""));
            takes_no_credentials(&granted);
        }
        for origin in [
            "https://evil.example",
            "https://app.example.com.evil.example",
            "https://app.example.com:8443",
            "http://app.example.com",
            "https://APP.example.com",
            "null",
            "",
        ] {
            let refused = send(&latchkey, preflight(path, origin, "POST")).await.is(405);
            assert_eq!(refused.header("access-control-allow-origin"), "", "{origin:?}");
            assert_eq!(refused.header("vary"), "Origin", "{origin:?}");
        }
    }
    for (authorization, status) in [(good.as_str(), 200), (&basic(&id, "wrong"), 401), ("Bearer x", 401)] {
        let answer = token_from(&latchkey, APP, authorization).await.is(status);
        assert_eq!(answer.header("access-control-allow-origin"), APP, "errors can be read as well: {answer:?}");
        assert_eq!(answer.header("access-control-expose-headers"), "WWW-Authenticate, Retry-After");
        assert_eq!(answer.header("vary"), "Origin");
        assert_eq!(answer.header("cache-control"), "no-store");
        takes_no_credentials(&answer);
        let other = token_from(&latchkey, "https://evil.example", authorization).await.is(status);
        assert_eq!(other.header("access-control-allow-origin"), "");
        assert_eq!(other.header("vary"), "Origin");
    }
    let no_page = latchkey.token(Some(&good), GRANT).await.is(200);
    assert_eq!(
        (no_page.header("access-control-allow-origin"), no_page.header("vary")),
        (String::new(), "Origin".into())
    );
}

#[tokio::test]
async fn errors_before_the_route_can_be_read_as_well() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    let latchkey = latchkey.with_cors_origins(&[APP]);
    latchkey.break_clock();
    let defect = token_from(&latchkey, APP, &basic(&id, &secret)).await.is(500);
    assert_eq!(defect.header("access-control-allow-origin"), APP);
    assert_eq!(defect.header("vary"), "Origin");
    let wrong_method = send(&latchkey, Request::put("/oauth/token").header("origin", APP)).await.is(405);
    assert_eq!(wrong_method.header("access-control-allow-origin"), APP);
}

/// By default, and everywhere that sessions or an organization's keys are involved, no other origin may read anything.
#[tokio::test]
async fn nothing_else_is_shared() {
    let closed = Latchkey::start().await;
    let refused = send(&closed, preflight("/oauth/token", APP, "POST")).await.is(405);
    assert_eq!((refused.header("access-control-allow-origin"), refused.header("vary")), (String::new(), String::new()));
    let open = Latchkey::start().await.with_cors_origins(&[APP]);
    for path in [
        "/api/session",
        "/api/access-keys/list",
        "/api/v1/ping",
        "/api/openapi.json",
        "/verify",
        "/oauth/introspect",
        "/oauth/authorize",
        "/oauth/token/x",
        "/sign-in",
        "/",
    ] {
        for request in [Request::get(path).header("origin", APP), preflight(path, APP, "POST")] {
            let answer = send(&open, request).await;
            assert_ne!(answer.status, 204, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
            takes_no_credentials(&answer);
        }
    }
}
