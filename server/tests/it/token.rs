//! `POST /oauth/token`.

use axum::{
    body::Body,
    http::{Method, Request},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{
    Answer, Latchkey,
    latchkey::{BASIC_CHALLENGE, basic},
};

const GRANT: &str = "grant_type=client_credentials";

#[track_caller]
fn is_error(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(answer.header("content-type"), "application/json");
    is_kept_by_no_cache(&answer);
    assert_eq!(answer.json()["error"], code, "{answer:?}");
    answer
}

/// RFC 6749 §5.1.
#[track_caller]
fn is_kept_by_no_cache(answer: &Answer) {
    assert_eq!((answer.header("cache-control").as_str(), answer.header("pragma").as_str()), ("no-store", "no-cache"));
}

#[track_caller]
fn has_members(answer: &Answer, expected: &[&str]) {
    let members: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, expected, "no refresh token, and no other unknown member");
}

fn part_of(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn both_ways_to_authenticate_give_a_token() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    let by_body = format!("{GRANT}&client_id={id}&client_secret={secret}");
    let same_id_twice = format!("{GRANT}&client_id={id}");
    for (authorization, form) in [
        (Some(basic(&id, &secret)), GRANT.to_owned()),
        (Some(basic(&id.replace('_', "%5F"), &secret.replace('_', "%5f"))), GRANT.to_owned()),
        (Some(basic(&id, &secret)), same_id_twice),
        (None, by_body),
    ] {
        let answer = latchkey.token(authorization.as_deref(), &form).await.is(200);
        is_kept_by_no_cache(&answer);
        has_members(&answer, &["access_token", "expires_in", "token_type"]);
        let body = answer.json();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3600);
        latchkey.ping(&format!("Bearer {}", body["access_token"].as_str().unwrap())).await.is(200);
    }
}

#[tokio::test]
async fn the_token_conforms_to_rfc_9068() {
    let latchkey = Latchkey::start_with(Some("https://keys.example.com"), "").await;
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    let answer = latchkey.token(Some(&basic(&id, &secret)), GRANT).await.is(200).json();
    let token = answer["access_token"].as_str().unwrap();
    let (header, claims) = (part_of(token, 0), part_of(token, 1));
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
    let keys = latchkey.get("/.well-known/jwks.json").await.is(200).json();
    assert_eq!(keys["keys"][0]["kid"], header["kid"]);
    assert_eq!(claims["iss"], "https://keys.example.com");
    assert_eq!(claims["aud"], "https://keys.example.com");
    assert_eq!(claims["sub"], id.as_str());
    assert_eq!(claims["client_id"], id.as_str());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert!(claims["jti"].is_string() && claims["latchkey_generation"].is_number());
}

#[tokio::test]
async fn a_client_that_is_not_accepted_gets_the_same_bytes() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (inactive_id, inactive) = ana.create("oauth_client", "inactive").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    let (_, other_secret) = ana.create_active("oauth_client", "other").await;
    let (key_id, key) = ana.create_active("api_key", "key").await;
    let pairs = [
        (inactive_id.as_str(), inactive.as_str()),
        (&id, &other_secret),
        (&id, "wrong"),
        (&key_id, &key),
        (&id, &key),
        ("oc_000000000000", &secret),
        ("absent", "nothing"),
    ];
    let mut answers = Vec::new();
    for (id, secret) in pairs {
        answers.push(is_error(latchkey.token(Some(&basic(id, secret)), GRANT).await, 401, "invalid_client"));
        let form = format!("{GRANT}&client_id={id}&client_secret={secret}");
        answers.push(latchkey.token(None, &form).await);
    }
    for authorization in ["", "Basic", "Basic !!", "Basic ä", &basic("", ""), "Digest x"] {
        answers.push(latchkey.token(Some(authorization), GRANT).await);
    }
    answers.push(latchkey.token(None, GRANT).await);
    answers.push(latchkey.token(None, &format!("{GRANT}&client_id={id}")).await);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(answers[0].header("www-authenticate"), BASIC_CHALLENGE);
}

/// The calls of OAuth clients, each with a form that it accepts.
const CALLS: [(&str, &str); 3] =
    [("/oauth/token", GRANT), ("/oauth/introspect", "token=x"), ("/oauth/revoke", "token=x")];

/// Returns the ID and the secret of a client that may make all of these calls.
async fn client_of_every_call(latchkey: &Latchkey) -> (String, String) {
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    ana.set_scopes(&id, &["tokens:introspect"]).await;
    (id, secret)
}

#[tokio::test]
async fn two_authorization_headers_are_an_invalid_request() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = client_of_every_call(&latchkey).await;
    let good = basic(&id, &secret);
    for (path, form) in CALLS {
        latchkey.post_form(path, Some(&good), form).await.is(200);
        for two in [[good.as_str(), good.as_str()], [&good, "Bearer x"], ["Bearer x", &good]] {
            is_error(latchkey.post_form_with(path, &two, form).await, 400, "invalid_request");
        }
        let beside_a_body = format!("{form}&client_id={id}&client_secret={secret}");
        is_error(latchkey.post_form_with(path, &[&good, &good], &beside_a_body).await, 400, "invalid_request");
    }
}

#[tokio::test]
async fn an_empty_header_or_parameter_is_not_a_second_authentication() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = client_of_every_call(&latchkey).await;
    let nothing = ["", " ", "Basic", "Basic ", "basic Og==", "Bearer", "Bearer "];
    for (path, form) in CALLS {
        let by_body = format!("{form}&client_id={id}&client_secret={secret}");
        for header in nothing {
            latchkey.post_form(path, Some(header), &by_body).await.is(200);
            latchkey.post_form(path, Some(header), form).await.is(401);
        }
        latchkey.post_form_with(path, &["", " "], &by_body).await.is(200);
        let good = basic(&id, &secret);
        latchkey.post_form_with(path, &["", &good], form).await.is(200);
        let empty_parameters = format!("{form}&client_id=&client_secret=&client_assertion=&client_assertion_type=");
        latchkey.post_form(path, Some(&good), &empty_parameters).await.is(200);
        let empty_and_wrong = format!("{form}&client_id={id}&client_secret=wrong");
        is_error(latchkey.post_form(path, Some(""), &empty_and_wrong).await, 401, "invalid_client");
        for second in [&good, "Basic !", "Bearer x", "Digest x"] {
            is_error(latchkey.post_form(path, Some(second), &by_body).await, 400, "invalid_request");
        }
    }
}

#[tokio::test]
async fn malformed_token_requests_are_refused() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    let basic = basic(&id, &secret);
    let both = format!("{GRANT}&client_id={id}&client_secret={secret}");
    for (form, code) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        (&both, "invalid_request"),
        ("grant_type=client_credentials&client_id=oc_000000000000", "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=CLIENT_CREDENTIALS", "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=read", "invalid_scope"),
    ] {
        is_error(latchkey.token(Some(&basic), form).await, 400, code);
    }
    latchkey.token(Some(&basic), &format!("{GRANT}&scope=&unknown=1")).await.is(200);
}

#[tokio::test]
async fn the_scope_never_exceeds_the_clients_and_is_returned() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    for name in ["orders:read", "orders:write"] {
        ana.call("/api/scopes/define", json!({ "name": name })).await.is(200);
    }
    let scopes = json!({ "id": id, "scopes": ["orders:read", "orders:write"] });
    ana.call("/api/access-keys/set-scopes", scopes).await.is(200);
    let basic = basic(&id, &secret);
    for (form, scope) in [
        (GRANT.to_owned(), "orders:read orders:write"),
        (format!("{GRANT}&scope="), "orders:read orders:write"),
        (format!("{GRANT}&scope=orders:read"), "orders:read"),
        (format!("{GRANT}&scope=orders:write+orders:read"), "orders:read orders:write"),
    ] {
        let answer = latchkey.token(Some(&basic), &form).await.is(200);
        has_members(&answer, &["access_token", "expires_in", "scope", "token_type"]);
        let answer = answer.json();
        assert_eq!(answer["scope"], scope, "{form}");
        assert_eq!(part_of(answer["access_token"].as_str().unwrap(), 1)["scope"], scope);
    }
    for beyond in ["orders:delete", "orders:read+orders:delete", "%22", "tokens:introspect"] {
        is_error(latchkey.token(Some(&basic), &format!("{GRANT}&scope={beyond}")).await, 400, "invalid_scope");
    }
}

#[tokio::test]
async fn an_invalid_scope_is_reported_only_to_clients() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("oauth_client", "ERP").await;
    ana.set_scopes(&id, &["tokens:introspect"]).await;
    let stranger = latchkey.token(Some(&basic(&id, "wrong")), GRANT).await.is(401);
    for scope in ["+", "%20%20", "%22", "tokens:introspect+%C3%A4", &"x".repeat(65)] {
        let form = format!("{GRANT}&scope={scope}");
        is_error(latchkey.token(Some(&basic(&id, &secret)), &form).await, 400, "invalid_scope");
        assert_eq!(latchkey.token(Some(&basic(&id, "wrong")), &form).await, stranger, "{scope}");
    }
}

#[tokio::test]
async fn credentials_in_the_url_are_refused() {
    let latchkey = Latchkey::start().await;
    let (id, secret) = client_of_every_call(&latchkey).await;
    let good = basic(&id, &secret);
    for (path, form) in CALLS {
        latchkey.post_form(&format!("{path}?tenant=1"), Some(&good), form).await.is(200);
        for query in [
            format!("client_id={id}&client_secret={secret}"),
            format!("client_secret={secret}"),
            format!("client%5Fsecret={secret}"),
            "client_assertion=a.b.c".to_owned(),
            format!("access_token={secret}"),
            "token=a.b.c".to_owned(),
        ] {
            let answer = latchkey.post_form(&format!("{path}?{query}"), Some(&good), form).await;
            is_error(answer, 400, "invalid_request");
        }
    }
}

#[tokio::test]
async fn only_a_small_form_by_post_is_accepted() {
    let latchkey = Latchkey::start().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let request = Request::builder().method(method).uri("/oauth/token").body(Body::empty());
        let answer = is_error(latchkey.send(request.unwrap()).await, 405, "invalid_request");
        assert_eq!(answer.header("allow"), "POST");
    }
    let head = Request::head("/oauth/token").body(Body::empty());
    assert_eq!(latchkey.send(head.unwrap()).await.is(405).header("allow"), "POST");
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    for content_type in ["application/x-www-form-urlencoded;charset=UTF-8", "Application/X-WWW-Form-URLEncoded ; x=y"] {
        let form = Request::post("/oauth/token")
            .header("content-type", content_type)
            .header("authorization", basic(&id, &secret))
            .body(Body::from(GRANT));
        latchkey.send(form.unwrap()).await.is(200);
    }
    let json = Request::post("/oauth/token").header("content-type", "application/json").body(Body::from("{}"));
    is_error(latchkey.send(json.unwrap()).await, 400, "invalid_request");
    is_error(latchkey.token(None, &"x".repeat(70_000)).await, 413, "invalid_request");
}

#[tokio::test]
async fn without_its_database_the_token_endpoint_is_unavailable() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let (id, secret) = latchkey.administrator("ana@example.com").await.create_active("oauth_client", "ERP").await;
    latchkey.engine.close().await;
    let answer = is_error(latchkey.token(Some(&basic(&id, &secret)), GRANT).await, 503, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "1");
}

#[tokio::test]
async fn a_form_with_too_many_parameters_is_refused_early() {
    let latchkey = Latchkey::start().await;
    let endless: Vec<_> = (0..5_000).map(|number| format!("p{number}=1")).collect();
    let answer = latchkey.token(None, &format!("{GRANT}&{}", endless.join("&"))).await.is(400).json();
    assert_eq!(answer["error"], "invalid_request");
}
