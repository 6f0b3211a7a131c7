//! The site's files and the pages.

use axum::{
    body::Body,
    http::{Method, Request},
};
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

#[tokio::test]
async fn a_page_is_not_kept_and_cannot_be_framed() {
    let latchkey = Latchkey::start().await;
    let answer = latchkey.get("/sign-in").await.is(200);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("strict-transport-security", ""),
        ("set-cookie", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
    let over_https = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    assert_eq!(over_https.get("/sign-in").await.header("strict-transport-security"), "max-age=63072000");
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
