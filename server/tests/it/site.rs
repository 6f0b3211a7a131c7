//! The site's files and the pages.

use axum::{
    body::Body,
    http::{HeaderName, Method, Request},
};
use latchkey_app::routes::{PATHS, Page};
use serde_json::json;

use crate::support::{Answer, Latchkey};

const JAVASCRIPT: &str = "/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.js";
const WASM: &str = "/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.wasm";
const STYLESHEET: &str = "/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.css";

async fn get_accepting(latchkey: &Latchkey, path: &str, encodings: &str) -> Answer {
    latchkey.send(Request::get(path).header("accept-encoding", encodings).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_hashed_file_is_kept_for_good_in_the_smallest_form_that_is_accepted() {
    let latchkey = Latchkey::start().await;
    for (encodings, encoding, size) in [
        ("gzip, deflate, br", "br", include_bytes!("../site/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.js.br").len()),
        ("gzip", "gzip", include_bytes!("../site/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.js.gz").len()),
        ("br;q=0", "", include_bytes!("../site/pkg/latchkey.Kx3vJ0g2qYw5ZbQn8sT1aA.js").len()),
    ] {
        let answer = get_accepting(&latchkey, JAVASCRIPT, encodings).await.is(200);
        assert_eq!(answer.header("content-encoding"), encoding);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.body.len(), size);
    }
}

#[tokio::test]
async fn each_file_has_the_type_that_a_browser_wants() {
    let latchkey = Latchkey::start().await;
    for (path, content_type) in
        [(WASM, "application/wasm"), (STYLESHEET, "text/css; charset=utf-8"), ("/favicon.svg", "image/svg+xml")]
    {
        // There is no compressed form of these: the plain one is served.
        let answer = get_accepting(&latchkey, path, "br, gzip").await.is(200);
        assert_eq!(answer.header("content-type"), content_type);
        assert_eq!(answer.header("content-encoding"), "");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let favicon = latchkey.get("/favicon.svg").await;
    assert_eq!(favicon.header("cache-control"), "no-cache", "its name has no hash");
}

#[tokio::test]
async fn what_is_no_file_of_the_site_is_404() {
    let latchkey = Latchkey::start().await;
    for path in ["/pkg/nothing.js", &format!("{JAVASCRIPT}.br"), "/pkg/../favicon.svg", "/pkg/..%2f..%2fCargo.toml"] {
        latchkey.get(path).await.must_be_problem(404, "not-found");
    }
    let head = Request::head(JAVASCRIPT).body(Body::empty()).unwrap();
    assert_eq!(latchkey.send(head).await.is(200).text(), "");
    let put = Request::put(JAVASCRIPT).body(Body::empty()).unwrap();
    latchkey.send(put).await.must_be_problem(405, "method-not-allowed");
}

fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).unwrap_or_else(|| panic!("{policy}"));
    nonce.split('\'').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_page_begins_with_the_hashed_files_and_runs_nothing_without_its_nonce() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/sign-in").await.is(200);
    let (page, policy) = (answer.text(), answer.header("content-security-policy"));
    for path in [JAVASCRIPT, WASM, STYLESHEET] {
        assert!(page.contains(path), "{path} is not in the page");
    }
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    let nonce = nonce(&answer);
    for script in page.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!(r#"nonce="{nonce}""#)), "a script without the nonce: {tag}");
    }
    assert!(!page.contains(" style=\""), "the policy forbids inline styles");
    assert_ne!(nonce, self::nonce(&latchkey.get("/sign-in").await), "each answer has a nonce of its own");
}

/// One of each sort of answer.
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

/// One of each sort of answer that only programs read.
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
async fn what_machines_are_answered_carries_only_what_a_machine_needs() {
    for (public_url, hsts) in [(None, false), (Some("https://keys.example.com"), true)] {
        let latchkey = Latchkey::start_with(public_url, "").await;
        for (what, answer) in machine_answers(&latchkey).await {
            let mut names: Vec<&str> = answer.headers.keys().map(HeaderName::as_str).collect();
            // These say something about the answer itself, and who may read it.
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
async fn every_answer_to_a_browser_keeps_it_from_misusing_it() {
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
async fn over_https_every_answer_keeps_browsers_there() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    for (what, answer) in answers(&latchkey).await.into_iter().chain(machine_answers(&latchkey).await) {
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000", "{what}");
    }
}

#[tokio::test]
async fn a_page_is_kept_by_no_cache_and_sets_no_cookie() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/sign-in").await.is(200);
    for (name, value) in
        [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store, no-transform"), ("set-cookie", "")]
    {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn a_page_that_has_not_started_sends_nothing_and_says_why() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    for (path, _) in PATHS.into_iter().chain([("/no/such/page", Page::NotFound)]) {
        let answer = latchkey.get(path).await;
        let page = answer.text();
        assert_eq!(page.matches("<noscript>").count(), 1, "{path}");
        assert_eq!(page.matches(r#"id="start-note""#).count(), 1, "{path}");
        assert_eq!(page.matches(r#"data-public-origin="https://keys.example.com""#).count(), 1, "{path}");
        for form in page.split("<form").skip(1) {
            let (tag, rest) = form.split_once('>').unwrap();
            assert!(tag.contains(r#"method="post""#), "{path}: by GET a password would come into the URL: {tag}");
            let submit = rest.split("<button").find(|button| button.contains(r#"type="submit""#)).unwrap();
            assert!(submit.split('>').next().unwrap().contains("disabled"), "{path}: {submit}");
        }
        assert_eq!(answer.header("cache-control"), "no-store, no-transform", "{path}");
    }
    let form = Request::post("/sign-in").header("content-type", "application/x-www-form-urlencoded");
    let answer = latchkey.send(form.body("email=a&password=hunter2".into()).unwrap()).await;
    let answer = answer.must_be_problem(405, "method-not-allowed");
    assert!(!format!("{answer:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_page_knows_its_public_url_only_if_one_is_set() {
    let page = Latchkey::start().await.get("/sign-in").await.is(200);
    assert!(!page.text().contains("data-public-origin=\""), "{page:?}");
}

#[tokio::test]
async fn pages_that_are_rendered_at_once_keep_apart() {
    let latchkey = Latchkey::start().await;
    let get = async |path: &str, status: u16, title: &str| {
        let page = latchkey.get(path).await.is(status);
        assert!(page.text().contains(&format!("<title>{title} · Latchkey</title>")), "{path}: {page:?}");
    };
    tokio::join!(
        get("/sign-in", 200, "Sign in"),
        get("/no/such/page", 404, "Page not found"),
        get("/accept-invitation", 200, "Join an organization"),
        get("/access-keys", 200, "Access Keys"),
        get("/set-up", 200, "Set up Latchkey"),
        get("/reset-password", 200, "Choose a new password"),
    );
}

#[tokio::test]
async fn an_unknown_page_is_the_consoles_404() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/no/such/page").await.is(404);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(answer.text().contains("Page not found"));
    for method in [Method::POST, Method::PUT] {
        let request = Request::builder().method(method).uri("/no/such/page").body(Body::empty()).unwrap();
        latchkey.send(request).await.must_be_problem(404, "not-found");
    }
}

#[tokio::test]
async fn the_root_leads_to_the_access_keys() {
    let latchkey = Latchkey::start().await;
    let request = Request::get("/").header("accept", "text/html").body(Body::empty()).unwrap();
    let answer = latchkey.send(request).await.is(302);
    assert_eq!(answer.header("location"), "/access-keys");
}

#[tokio::test]
async fn a_page_holds_nothing_of_the_organization() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, _) = ana.create("api_key", "Warehouse 7").await;
    ana.call("/api/access-keys/get", json!({ "id": id })).await.is(200);
    let request = Request::get("/access-keys").header("cookie", &ana.cookie).body(Body::empty()).unwrap();
    let page = latchkey.send(request).await.is(200);
    for secret in [id.as_str(), "Warehouse 7", "ana@example.com", &ana.cookie] {
        assert!(!page.text().contains(secret), "the page, which is rendered for nobody, holds {secret}");
    }
}
