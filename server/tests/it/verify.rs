//! `/verify`, which gateways call.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Method, Request},
};
use serde_json::json;

use crate::support::{Answer, Latchkey, latchkey::basic};

const IDENTITY: [&str; 5] = [
    "latchkey-credential-id",
    "latchkey-credential-kind",
    "latchkey-credential-name",
    "latchkey-credential-organization",
    "latchkey-credential-scopes",
];

async fn verify(latchkey: &Latchkey, method: Method, uri: &str, authorization: &[&str]) -> Answer {
    let mut request = Request::builder().method(method).uri(uri);
    for value in authorization {
        request = request.header("authorization", *value);
    }
    latchkey.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn any_method_and_path_is_answered_with_the_whole_identity() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("api_key", "Warehouse Süd, 100 %").await;
    for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD] {
        for uri in ["/verify", "/verify/orders/7", "/verify/"] {
            let answer = verify(&latchkey, method.clone(), uri, &[&format!("Bearer {secret}")]).await.is(200);
            assert!(IDENTITY.iter().all(|name| answer.headers.contains_key(*name)), "{answer:?}");
            assert_eq!(answer.header("latchkey-credential-id"), id);
            assert_eq!(answer.header("latchkey-credential-kind"), "api_key");
            assert_eq!(answer.header("latchkey-credential-name"), "Warehouse S%C3%BCd, 100 %25");
            assert_eq!(answer.header("latchkey-credential-scopes"), "");
        }
    }
    verify(&latchkey, Method::GET, "/verify", &[&basic(&secret, "")]).await.is(200);
}

#[tokio::test]
async fn a_forwarded_browsers_headers_do_not_matter() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let request = Request::post("/verify")
        .header("authorization", format!("Bearer {secret}"))
        .header("origin", "https://shop.example")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "text/plain")
        .body(Body::from("x"));
    latchkey.send(request.unwrap()).await.is(200);
}

#[tokio::test]
async fn a_refusal_is_the_same_to_the_byte_and_carries_no_identity() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (_, inactive) = ana.create("api_key", "inactive").await;
    let (_, client_secret) = ana.create_active("oauth_client", "client").await;
    let mut answers = Vec::new();
    for presented in [inactive.as_str(), &client_secret, "nonsense", "", "a.b.c", "ä"] {
        answers.push(verify(&latchkey, Method::GET, "/verify", &[&format!("Bearer {presented}")]).await);
    }
    let bytes = HeaderValue::from_bytes(b"bearer \xff\xfe").unwrap();
    answers
        .push(latchkey.send(Request::get("/verify").header("authorization", bytes).body(Body::empty()).unwrap()).await);
    for answer in &answers {
        answer.clone().must_be_problem(401, "invalid-credential");
        assert!(answer.header("www-authenticate").contains(r#"error="invalid_token""#), "{answer:?}");
        assert!(IDENTITY.iter().all(|name| !answer.headers.contains_key(*name)), "{answer:?}");
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn malformed_credentials_are_refused_and_never_an_error() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let good = format!("Bearer {secret}");
    for headers in [
        &["Basic"][..],
        &["Basic !!!"],
        &["Basic YWI="],
        &["Basic /w=="],
        &["Basic ä"],
        &[&basic(&secret, "password")],
        &[&basic("", &secret)],
        &["Digest x"],
        &[&good, &good],
        &[&good, "Basic x"],
        &[],
    ] {
        verify(&latchkey, Method::GET, "/verify", headers).await.must_be_problem(401, "invalid-credential");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_400_with_any_credential() {
    let latchkey = Latchkey::start().await;
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let good = format!("Bearer {secret}");
    for (query, named) in [
        ("scopes=admin:all", "`scopes`"),
        ("Scope=x", "`Scope`"),
        ("scope[]=x", "`scope[]`"),
        ("scope", "`scope`"),
        ("scope=&x", "`x`"),
        (&format!("access_token={secret}"), "`access_token`"),
        (&format!("token={secret}"), "`token`"),
        (&format!("client_secret={secret}"), "`client_secret`"),
        (&secret, "A parameter is unknown"),
        (&format!("{secret}=x"), "A parameter is unknown"),
    ] {
        for path in ["/verify", "/verify/", "/verify/orders/7"] {
            let mut answers = Vec::new();
            for presented in [&[good.as_str()][..], &["Bearer x"], &["Basic !!!"], &[&good, &good], &[]] {
                let answer = verify(&latchkey, Method::GET, &format!("{path}?{query}"), presented).await;
                answers.push(answer.must_be_problem(400, "malformed-request"));
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]), "the credential shows: {answers:#?}");
            let detail = answers[0].json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(named) && !detail.contains(&secret), "{detail}");
            assert!(IDENTITY.iter().all(|name| !answers[0].headers.contains_key(*name)), "{query}");
        }
    }
    for query in ["", "&", "scope=", "s%63ope=", "scope=&scope="] {
        verify(&latchkey, Method::GET, &format!("/verify?{query}"), &[&good]).await.is(200);
    }
}

#[tokio::test]
async fn all_required_scopes_must_be_present() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let (id, secret) = ana.create_active("api_key", "WMS").await;
    for name in ["orders:read", "orders:write"] {
        ana.call("/api/scopes/define", json!({ "name": name })).await.is(200);
    }
    ana.call("/api/access-keys/set-scopes", json!({ "id": id, "scopes": ["orders:read"] })).await.is(200);
    let bearer = format!("Bearer {secret}");
    let ask = async |query: &str| verify(&latchkey, Method::GET, &format!("/verify/x?{query}"), &[&bearer]).await;
    let answer = ask("scope=orders:read").await.is(200);
    assert_eq!(answer.header("latchkey-credential-scopes"), "orders:read");
    for query in ["scope=orders:write", "scope=orders:read+orders:write", "scope=orders:read&scope=orders:write"] {
        let answer = ask(query).await.must_be_problem(403, "insufficient-scope");
        assert!(answer.header("www-authenticate").contains(r#"error="insufficient_scope""#), "{answer:?}");
    }
    for query in ["scope=%22", "scope=Orders:read"] {
        ask(query).await.must_be_problem(403, "insufficient-scope");
    }
    ask("scope=").await.is(200);
    let anonymous = verify(&latchkey, Method::GET, "/verify?scope=orders:write", &[]).await;
    anonymous.must_be_problem(401, "invalid-credential");
}

#[tokio::test]
async fn a_credential_of_another_organization_is_refused_if_one_is_required() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let eve = latchkey.administrator("eve@example.com").await;
    let mut keys = Vec::new();
    for person in [&ana, &eve] {
        person.call("/api/scopes/define", json!({ "name": "orders:write" })).await.is(200);
        let (id, secret) = person.create_active("api_key", "WMS").await;
        person.set_scopes(&id, &["orders:write"]).await;
        let bearer = format!("Bearer {secret}");
        let good = verify(&latchkey, Method::GET, "/verify?scope=orders:write", &[&bearer]).await.is(200);
        keys.push((bearer, good.header("latchkey-credential-organization")));
    }
    let [(own, a), (foreign, b)] = &keys[..] else { panic!() };
    let ask = async |bearer: &str, query: &str| {
        let uri = format!("/verify/orders?{}", query.replace("{a}", a).replace("{b}", b));
        verify(&latchkey, Method::POST, &uri, &[bearer]).await
    };
    for query in [
        "organization={a}",
        "organization={a}&scope=orders:write",
        "scope=orders:write&organization={a}&organization={a}",
    ] {
        ask(own, query).await.is(200);
    }
    for (bearer, query) in [
        (foreign, "organization={a}"),
        (foreign, "organization={a}&scope=orders:write"),
        (foreign, "organization={a}&scope=orders:write&organization={b}"),
        (foreign, "organization={b}&organization={a}"),
        (own, "organization={a}&organization={b}"),
        (own, "organization={a}&organization="),
        (own, "organization="),
        (own, "organization={a}+"),
    ] {
        let answer = ask(bearer, query).await.must_be_problem(403, "not-allowed");
        assert!(IDENTITY.iter().all(|name| !answer.headers.contains_key(*name)), "{query}: {answer:?}");
        assert_eq!(answer.header("www-authenticate"), "", "no other scope would help");
    }
    ask(own, "organization={a}&scope=orders:read").await.must_be_problem(403, "insufficient-scope");
    ask("Bearer x", "organization={a}").await.must_be_problem(401, "invalid-credential");
}

#[tokio::test]
async fn only_a_trusted_proxy_determines_the_client() {
    let latchkey = Latchkey::start_with(None, "10.0.0.0/8").await;
    let ana = latchkey.administrator("ana@example.com").await;
    for (peer, forwarded, client) in [
        ([10, 0, 0, 1], Some("198.51.100.4"), "198.51.100.4"),
        ([10, 0, 0, 1], Some("192.0.2.1, 198.51.100.4, 10.0.0.2"), "198.51.100.4"),
        ([10, 0, 0, 1], None, "10.0.0.1"),
        ([203, 0, 113, 9], Some("198.51.100.4"), "203.0.113.9"),
    ] {
        let (id, secret) = ana.create_active("api_key", "WMS").await;
        let mut request = Request::get("/verify").header("authorization", format!("Bearer {secret}"));
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let peer = ConnectInfo(SocketAddr::from((peer, 4711)));
        latchkey.send(request.extension(peer).body(Body::empty()).unwrap()).await.is(200);
        let details = ana.call("/api/access-keys/get", json!({ "id": id })).await.is(200).json();
        assert_eq!(details["key"]["last_used"]["from"], client, "{peer:?} says {forwarded:?}");
    }
}

#[tokio::test]
async fn a_defect_is_not_a_verdict() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let bearer = format!("Bearer {secret}");
    let ask = async || {
        let answers = [verify(&latchkey, Method::GET, "/verify/x", &[&bearer]).await, latchkey.ping(&bearer).await];
        for answer in answers {
            let answer = answer.must_be_problem(503, "unavailable");
            assert_eq!(
                (answer.header("retry-after"), answer.header("www-authenticate")),
                ("1".to_owned(), String::new())
            );
        }
    };
    latchkey.tamper("UPDATE access_keys SET scopes = '\"'").await;
    // As if another node had done it: this one reads the key again.
    latchkey.tamper("UPDATE change_counter SET number = number + 1").await;
    latchkey
        .tamper("INSERT INTO changes SELECT number, 'access_key', access_keys.id, 0 FROM change_counter, access_keys")
        .await;
    while latchkey.ping(&bearer).await.status == 200 {
        tokio::task::yield_now().await;
    }
    ask().await;
    latchkey.tamper("UPDATE access_keys SET scopes = ''").await;
    latchkey.ping(&bearer).await.is(200);
    latchkey.break_clock();
    ask().await;
}

#[tokio::test]
async fn without_its_database_it_gives_no_verdict() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    latchkey.engine.close().await;
    let answer = verify(&latchkey, Method::GET, "/verify", &[&format!("Bearer {secret}")]).await;
    assert_eq!(answer.must_be_problem(503, "unavailable").header("retry-after"), "1");
}
