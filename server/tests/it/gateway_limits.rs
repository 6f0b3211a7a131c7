//! Gateways limit the size of the responses that they accept from `/verify`.

use axum::{body::Body, http::Request};
use latchkey_model::{
    name::LONGEST_NAME,
    scope::{LONGEST_SCOPE, MOST_SCOPES},
};
use serde_json::json;

use crate::support::{Answer, Latchkey, latchkey::basic};

async fn verify(latchkey: &Latchkey, uri: &str, authorization: &str) -> Answer {
    latchkey.send(Request::get(uri).header("authorization", authorization).body(Body::empty()).unwrap()).await
}

/// The largest response has the longest name, whose characters take twelve bytes each in
/// percent-encoding, and the most scopes that a key can have, each of the maximum length.
#[tokio::test]
async fn the_largest_response_fits_the_limits_of_gateways() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", &"\u{1f511}".repeat(LONGEST_NAME)).await;
    let scopes: Vec<String> = (0..MOST_SCOPES).map(|number| format!("{number:0>LONGEST_SCOPE$}")).collect();
    for scope in &scopes {
        ana.call("/api/scopes/define", json!({ "name": scope })).await.is(200);
    }
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    ana.set_scopes(&id, &scopes).await;
    let token = latchkey.token(Some(&basic(&id, &secret)), "grant_type=client_credentials").await.is(200).json();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());

    let good = verify(&latchkey, "/verify", &bearer).await.is(200);
    assert_eq!(good.header("latchkey-credential-name").len(), 12 * LONGEST_NAME);
    assert_eq!(good.header("latchkey-credential-scopes").len(), MOST_SCOPES * (LONGEST_SCOPE + 1) - 1);
    let query = format!("scope={}", scopes.iter().map(|scope| scope.replace('0', "z")).collect::<Vec<_>>().join("+"));
    let refused = verify(&latchkey, &format!("/verify?{query}"), &bearer).await.is(403);
    assert!(refused.header("www-authenticate").len() > MOST_SCOPES * LONGEST_SCOPE);

    let room = nginx_proxy_buffer();
    for answer in [good, refused] {
        // nginx reads the head into this buffer: the status line, the headers, and those that the listener adds.
        let lines = answer.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
        let head = lines.sum::<usize>() + "HTTP/1.1 403 Forbidden\r\n\r\n".len() + 100;
        assert!(head < room, "{head} bytes of {room}");
        // HAProxy's default: a buffer of 16,384 bytes less the 1,024 that it reserves for rewriting.
        assert!(head < 15_360, "{head}");
    }
}

/// Returns the `proxy_buffer_size` of the configuration for nginx, in bytes.
fn nginx_proxy_buffer() -> usize {
    let configuration = include_str!("../../../deploy/gateways/nginx/latchkey_server.inc");
    let size = configuration.split_once("proxy_buffer_size ").unwrap().1.split_once("k;").unwrap().0;
    1024 * size.parse::<usize>().unwrap()
}
