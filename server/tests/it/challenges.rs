//! Every 401 says by what one would be let in, in the words of RFC 9110 §11.6.1 and RFC 6750 §3.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use serde_json::json;

use crate::support::{
    Answer, Latchkey,
    latchkey::{BASIC_CHALLENGE, basic},
};

/// The attributes of a challenge, each of which stands once.
#[track_caller]
fn attributes(challenge: &str) -> BTreeMap<String, String> {
    let mut attributes = BTreeMap::new();
    let mut rest = challenge;
    while let Some((name, quoted)) = rest.split_once("=\"") {
        let (value, after) = quoted.split_once('"').unwrap_or_else(|| panic!("{challenge}"));
        let allowed = |byte: u8| matches!(byte, 0x20 | 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        assert!(value.bytes().all(allowed), "{challenge}");
        let before = attributes.insert(name.trim_start_matches([',', ' ']).to_owned(), value.to_owned());
        assert_eq!(before, None, "an attribute stands twice: {challenge}");
        rest = after;
    }
    assert_eq!(rest, "", "{challenge}");
    attributes
}

/// Refusals of every sort, with the schemes that would do and the error that a bearer is told.
async fn refusals(latchkey: &Latchkey) -> Vec<(Answer, &'static [&'static str], Option<&'static str>)> {
    const BOTH: &[&str] = &["Basic", "Bearer"];
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
            refusals.push((send(Request::get(path), wrong).await, BOTH, Some("invalid_token")));
        }
        for wrong in [&b"Basic eDo="[..], b"Basic", b"Basic \xe4", b"Digest x"] {
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
        for authorization in [None, Some(basic("x", "y")), Some("Bearer x".to_owned()), Some("Basic".to_owned())] {
            let form = "grant_type=client_credentials&token=x";
            refusals.push((latchkey.post_form(path, authorization.as_deref(), form).await, &["Basic"], None));
        }
    }
    for (authorization, schemes, error) in [
        (None, BOTH, None),
        (Some("Bearer x".to_owned()), BOTH, Some("invalid_token")),
        (Some(basic("x", "y")), &["Basic"], None),
        (Some(basic("x", "")), &["Basic"], None),
        (Some(bearer), &["Bearer"], Some("insufficient_scope")),
    ] {
        let answer = latchkey.post_form("/oauth/introspect", authorization.as_deref(), "token=x").await;
        refusals.push((answer, schemes, error));
    }
    refusals
}

#[tokio::test]
async fn every_refusal_has_its_challenges_and_each_attribute_stands_once() {
    let latchkey = Latchkey::start().await;
    for (answer, schemes, error) in refusals(&latchkey).await {
        let challenges: Vec<&str> =
            answer.headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect();
        let told: Vec<&str> = challenges.iter().filter_map(|challenge| challenge.split(' ').next()).collect();
        assert_eq!(told, schemes, "{answer:?}");
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
