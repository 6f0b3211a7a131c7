//! The headers that protect responses, for browsers and for programs.

use axum::{
    body::Body,
    http::{HeaderName, Request},
};
use serde_json::json;

use crate::support::{Answer, Latchkey};

const STYLESHEET: &str = "/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.css";

/// Returns one response of each kind.
async fn answers(latchkey: &Latchkey) -> Vec<(&'static str, Answer)> {
    let large =
        Request::post("/api/session").header("content-type", "application/json").body("x".repeat(70_000).into());
    vec![
        ("a page", latchkey.get("/sign-in").await.is(200)),
        ("the console's 404", latchkey.get("/no/such/page").await.is(404)),
        ("the reference", latchkey.get("/docs/api").await.is(200)),
        ("the description", latchkey.get("/api/openapi.json").await.is(200)),
        ("a file", latchkey.get(STYLESHEET).await.is(200)),
        ("a function", latchkey.call("/api/sign-out", json!({})).await.is(200)),
        ("an unknown function", latchkey.call("/api/nothing", json!({})).await.is(404)),
        ("a large body", latchkey.send(large.unwrap()).await.is(413)),
    ]
}

/// Returns one response of each kind that only programs read.
async fn machine_answers(latchkey: &Latchkey) -> Vec<(&'static str, Answer)> {
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, secret) = ana.create_active("api_key", "WMS").await;
    let bearer = format!("Bearer {secret}");
    let verified = Request::get("/verify/orders/7").header("authorization", &bearer).body(Body::empty()).unwrap();
    vec![
        ("a ping", latchkey.ping(&bearer).await.is(200)),
        ("a refused ping", latchkey.ping("Bearer x").await.is(401)),
        ("an unknown call", latchkey.get("/api/v1/nothing").await.is(404)),
        ("a verdict", latchkey.send(verified).await.is(200)),
        ("a refusal", latchkey.get("/verify").await.is(401)),
        ("a wrong query", latchkey.get("/verify?scopes=x").await.is(400)),
        ("OAuth", latchkey.token(None, "").await.is(400)),
        ("OAuth, another method", latchkey.get("/oauth/token").await.is(405)),
        ("nothing of OAuth", latchkey.get("/oauth/nothing").await.is(404)),
        ("the keys", latchkey.get("/.well-known/jwks.json").await.is(200)),
        ("the metadata", latchkey.get("/.well-known/oauth-authorization-server").await.is(200)),
        ("nothing well known", latchkey.get("/.well-known/nothing").await.is(404)),
        ("life", latchkey.get("/livez").await.is(200)),
        ("readiness", latchkey.get("/readyz").await.is(200)),
    ]
}

#[tokio::test]
async fn responses_to_programs_have_few_headers() {
    for (public_url, hsts) in [(None, false), (Some("https://keys.example.com"), true)] {
        let latchkey = Latchkey::start_with(public_url, "").await;
        for (what, answer) in machine_answers(&latchkey).await {
            let mut names: Vec<&str> = answer.headers.keys().map(HeaderName::as_str).collect();
            // These headers depend on the response itself, and on who may read it.
            names.retain(|name| {
                !name.starts_with("latchkey-credential-")
                    && !name.starts_with("access-control-")
                    && *name != "vary"
                    && !["content-type", "content-length", "www-authenticate", "allow", "pragma"].contains(name)
            });
            names.sort_unstable();
            let mut expected = vec!["cache-control", "x-content-type-options"];
            if hsts {
                expected.insert(1, "strict-transport-security");
            }
            assert_eq!(names, expected, "{what}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
            let caching =
                if answer.status == 200 && what.starts_with("the ") { "public, max-age=300" } else { "no-store" };
            assert_eq!(answer.header("cache-control"), caching, "{what}");
        }
    }
}

#[tokio::test]
async fn every_response_to_a_browser_has_the_protective_headers() {
    let latchkey = Latchkey::start().await;
    for (what, answer) in answers(&latchkey).await {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("strict-transport-security", ""),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {what}");
        }
        let policy = answer.header("content-security-policy");
        let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
        for directive in ["default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'"] {
            assert!(directives.contains(&directive), "{directive} of {what}: {policy}");
        }
        assert!(directives.iter().any(|directive| directive.starts_with("form-action ")), "{what}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
    }
}

#[tokio::test]
async fn each_sub_router_sets_the_headers_for_its_clients() {
    let latchkey = Latchkey::start().await;
    for (path, clients) in [
        ("/api/v1/ping", "programs"),
        ("/api/v1/nothing", "programs"),
        ("/verify", "programs"),
        ("/verify/orders/7", "programs"),
        ("/.well-known/jwks.json", "programs"),
        ("/livez", "programs"),
        ("/readyz", "programs"),
        ("/oauth/token", "OAuth clients"),
        ("/oauth/nothing", "OAuth clients"),
        ("/api/session", "browsers"),
        ("/access-keys", "browsers"),
        ("/verify-email", "browsers"),
        ("/livez/", "browsers"),
        ("/", "browsers"),
    ] {
        let answer = latchkey.get(path).await;
        let is_set = |name| answer.headers.contains_key(name);
        assert_eq!(is_set("permissions-policy"), clients == "browsers", "{path}: {answer:?}");
        assert_eq!(is_set("pragma"), clients == "OAuth clients", "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn over_https_every_response_has_hsts() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    for (what, answer) in answers(&latchkey).await.into_iter().chain(machine_answers(&latchkey).await) {
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000", "{what}");
    }
}
