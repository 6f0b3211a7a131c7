//! Every 401 names the accepted schemes, in the syntax of RFC 9110 §11.6.1 and RFC 6750 §3.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use serde_json::json;

use crate::support::{
    Answer, Latchkey,
    latchkey::{BASIC_CHALLENGE, basic, json_request},
};

/// Returns the attributes of a challenge, and checks that each occurs once.
#[track_caller]
fn attributes(challenge: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    let mut rest = challenge;
    while let Some((name, quoted)) = rest.split_once("=\"") {
        let (value, after) = quoted.split_once('"').unwrap_or_else(|| panic!("{challenge}"));
        let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        assert!(value.bytes().all(allowed), "{challenge}");
        let before = attributes.insert(name.trim_start_matches([',', ' ']).to_owned(), value.to_owned());
        assert_eq!(before, None, "an attribute is repeated: {challenge}");
        rest = after;
    }
    assert_eq!(rest, "", "{challenge}");
    attributes
}

/// Refusals of every kind, with the schemes that they must offer and the error of the Bearer challenge.
async fn refusals(latchkey: &Latchkey) -> Vec<(Answer, &'static [&'static str], Option<&'static str>)> {
    const BOTH: &[&str] = &["Bearer", "Basic"];
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, plain) = ana.create_active("api_key", "no scopes").await;
    let bearer = format!("Bearer {plain}");
    let send = async |request: axum::http::request::Builder, authorization: &[u8]| {
        let value = HeaderValue::from_bytes(authorization).unwrap();
        latchkey.send(request.header("authorization", value).body(Body::empty()).unwrap()).await
    };
    let mut refusals = Vec::new();
    for path in ["/api/v1/ping", "/verify"] {
        refusals.push((latchkey.get(path).await, BOTH, None));
        for wrong in [&b"Bearer x"[..], b"Bearer", b"Bearer \xe4"] {
            refusals.push((send(Request::get(path), wrong).await, &["Bearer"], Some("invalid_token")));
        }
        for wrong in [&b"Basic eDo="[..], b"", b"Basic", b"Basic Og==", b"Basic \xe4", b"Digest x"] {
            refusals.push((send(Request::get(path), wrong).await, BOTH, None));
        }
    }
    let lacking = send(Request::get("/verify?scope=orders:read+a"), bearer.as_bytes()).await;
    refusals.push((lacking, &["Bearer"], Some("insufficient_scope")));
    let function = |path: &str| Request::post(path);
    refusals.push((latchkey.call("/api/session", json!({})).await, &["Bearer"], None));
    refusals.push((send(function("/api/session"), b"Bearer x").await, &["Bearer"], Some("invalid_token")));
    refusals.push((
        send(function("/api/scopes/list"), bearer.as_bytes()).await,
        &["Bearer"],
        Some("insufficient_scope"),
    ));
    let wrong = json!({ "email": "ana@example.com", "password": "wrong" });
    refusals.push((latchkey.call("/api/sign-in", wrong).await, &["Bearer"], None));
    for path in ["/oauth/token", "/oauth/revoke"] {
        let form = "grant_type=client_credentials&token=x";
        for authorization in [None, Some(basic("x", "y")), Some("Basic".to_owned()), Some("Digest x".to_owned())] {
            refusals.push((latchkey.post_form(path, authorization.as_deref(), form).await, &["Basic"], None));
        }
        refusals.push((latchkey.post_form(path, Some("Bearer x"), form).await, &["Bearer"], None));
    }
    for (authorization, schemes, error) in [
        (None, BOTH, None),
        (Some("Bearer x".to_owned()), &["Bearer"], Some("invalid_token")),
        (Some(basic("x", "y")), BOTH, None),
        (Some(basic("x", "")), BOTH, None),
        (Some(bearer), &["Bearer"], Some("insufficient_scope")),
    ] {
        let answer = latchkey.post_form("/oauth/introspect", authorization.as_deref(), "token=x").await;
        refusals.push((answer, schemes, error));
    }
    refusals
}

#[tokio::test]
async fn every_refusal_has_its_challenges_without_repeated_attributes() {
    let latchkey = Latchkey::start().await;
    for (answer, schemes, error) in refusals(&latchkey).await {
        let challenges: Vec<&str> =
            answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
        let offered: Vec<&str> = challenges.iter().filter_map(|challenge| challenge.split(' ').next()).collect();
        assert_eq!(offered, schemes, "{answer:?}");
        for challenge in challenges {
            let (scheme, rest) = challenge.split_once(' ').unwrap();
            let attributes = attributes(rest);
            assert_eq!(attributes["realm"], "Latchkey");
            if scheme == "Basic" {
                assert_eq!(challenge, BASIC_CHALLENGE);
            } else {
                assert_eq!(attributes.get("error").map(String::as_str), error, "{answer:?}");
                assert!(attributes["resource_metadata"].ends_with("/.well-known/oauth-protected-resource"));
            }
        }
        let status = if error == Some("insufficient_scope") { 403 } else { 401 };
        assert_eq!(answer.status, status, "{answer:?}");
    }
}

/// Returns the schemes that a response offers, in their order.
fn schemes(answer: &Answer) -> Vec<String> {
    let challenges = answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap());
    challenges.map(|challenge| challenge.split(' ').next().unwrap().to_owned()).collect()
}

/// Returns every call that refuses a wrong credential, as a request without one.
fn calls() -> [(&'static str, Request<Body>); 5] {
    let get = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let post = |path: &str| {
        let form = "grant_type=client_credentials&token=x&client_id=x&client_secret=x";
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        request.body(Body::from(form)).unwrap()
    };
    [
        ("/api/v1/ping", get("/api/v1/ping")),
        ("/verify", get("/verify")),
        ("/oauth/introspect", post("/oauth/introspect")),
        ("/oauth/token", post("/oauth/token")),
        ("/oauth/revoke", post("/oauth/revoke")),
    ]
}

/// A browser shows its login window over the page whose script has called `fetch` if Basic is offered.
#[tokio::test]
async fn a_script_in_a_browser_is_offered_basic_only_if_it_has_used_it() {
    let latchkey = Latchkey::start().await;
    for mode in ["cors", "no-cors", "same-origin", "websocket", "", "NAVIGATE", "navigate, cors"] {
        for (path, mut request) in calls() {
            request.headers_mut().insert("sec-fetch-mode", mode.parse().unwrap());
            assert_eq!(schemes(&latchkey.send(request).await.is(401)), ["Bearer"], "{path} by {mode:?}");
        }
        for credential in ["", "Basic", "Bearer x", "Digest x"] {
            let request =
                Request::get("/api/v1/ping").header("authorization", credential).header("sec-fetch-mode", mode);
            let answer = latchkey.send(request.body(Body::empty()).unwrap()).await.is(401);
            assert_eq!(schemes(&answer), ["Bearer"], "{credential:?} by {mode:?}");
        }
        let by_basic =
            Request::get("/api/v1/ping").header("authorization", basic("x", "")).header("sec-fetch-mode", mode);
        let answer = latchkey.send(by_basic.body(Body::empty()).unwrap()).await.is(401);
        assert_eq!(schemes(&answer), ["Bearer", "Basic"], "Basic by {mode:?}");
    }
}

#[tokio::test]
async fn navigations_and_programs_are_offered_basic_after_bearer() {
    let latchkey = Latchkey::start().await;
    for mode in [None, Some("navigate")] {
        for (path, mut request) in calls() {
            if let Some(mode) = mode {
                request.headers_mut().insert("sec-fetch-mode", mode.parse().unwrap());
            }
            // Bearer is not a method of client authentication there.
            let only_clients = matches!(path, "/oauth/token" | "/oauth/revoke");
            let offered: &[&str] = if only_clients { &["Basic"] } else { &["Bearer", "Basic"] };
            assert_eq!(schemes(&latchkey.send(request).await.is(401)), offered, "{path} by {mode:?}");
        }
    }
    let stale = Request::get("/api/v1/ping").header("authorization", "Bearer x").header("sec-fetch-mode", "navigate");
    let answer = latchkey.send(stale.body(Body::empty()).unwrap()).await.is(401);
    assert_eq!(schemes(&answer), ["Bearer"], "Bearer answers Bearer");
}

#[tokio::test]
async fn the_console_is_never_offered_basic() {
    let latchkey = Latchkey::start().await;
    let call = json_request("/api/session", None, &json!({}));
    assert_eq!(schemes(&latchkey.send(call).await.is(401)), ["Bearer"]);
}
