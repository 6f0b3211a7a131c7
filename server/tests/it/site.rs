//! The site's files and the pages.

use axum::{
    body::Body,
    http::{Method, Request},
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
async fn a_hashed_file_is_cached_forever_in_the_smallest_accepted_encoding() {
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
async fn each_file_has_its_content_type() {
    let latchkey = Latchkey::start().await;
    for (path, content_type) in
        [(WASM, "application/wasm"), (STYLESHEET, "text/css; charset=utf-8"), ("/favicon.svg", "image/svg+xml")]
    {
        // These have no compressed form, so the plain one is served.
        let answer = get_accepting(&latchkey, path, "br, gzip").await.is(200);
        assert_eq!(answer.header("content-type"), content_type);
        assert_eq!(answer.header("content-encoding"), "");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    let favicon = latchkey.get("/favicon.svg").await;
    assert_eq!(favicon.header("cache-control"), "no-cache", "its name has no hash");
}

#[tokio::test]
async fn unknown_files_are_404() {
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
async fn a_page_loads_the_hashed_files_and_runs_nothing_without_its_nonce() {
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
    assert_ne!(nonce, self::nonce(&latchkey.get("/sign-in").await), "each response has its own nonce");
}

#[tokio::test]
async fn a_page_is_not_cached_and_sets_no_cookie() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/sign-in").await.is(200);
    for (name, value) in
        [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store, no-transform"), ("set-cookie", "")]
    {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[tokio::test]
async fn a_page_that_has_not_started_submits_nothing_and_says_why() {
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
async fn concurrently_rendered_pages_do_not_mix() {
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
async fn a_page_contains_no_data_of_the_organization() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, _) = ana.create("api_key", "Warehouse 7").await;
    ana.call("/api/access-keys/get", json!({ "id": id })).await.is(200);
    let request = Request::get("/access-keys").header("cookie", &ana.cookie).body(Body::empty()).unwrap();
    let page = latchkey.send(request).await.is(200);
    for secret in [id.as_str(), "Warehouse 7", "ana@example.com", &ana.cookie] {
        assert!(!page.text().contains(secret), "the page, which is the same for everyone, contains {secret}");
    }
}
