//! Set-up, sign-in, sign-out and passwords.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use serde_json::json;

use crate::support::{
    Latchkey, PASSWORD,
    latchkey::{json_request, token_of},
};

const NEW: &str = "tangerine-41-staple-lamp";

#[tokio::test]
async fn a_set_up_link_creates_one_organization() {
    let latchkey = Latchkey::start().await;
    let link = latchkey.engine.people.first_set_up_link().await.unwrap().unwrap();
    let token = token_of(link.link.expose());
    let set_up = |organization: &str, email: &str, password: &str| json!({ "token": token, "organization": organization, "email": email, "password": password });
    for (arguments, field) in [
        (set_up(" ", "ana@example.com", PASSWORD), "organization"),
        (set_up("Northwind", "ana", PASSWORD), "email"),
        (set_up("Northwind", "ana@example.com", "short"), "password"),
        (set_up("Northwind", "ana@example.com", &"x".repeat(257)), "password"),
        (set_up("Northwind", "ana@example.com", "password1234"), "password"),
    ] {
        let answer = latchkey.call("/api/set-up", arguments).await.must_be_problem(422, "invalid-field");
        assert_eq!(answer.json()["field"], field);
    }
    let answer = latchkey.call("/api/set-up", set_up("Northwind", "ana@example.com", PASSWORD)).await.is(200);
    let cookie = answer.cookie().unwrap();
    let session = latchkey.send(json_request("/api/session", Some(&cookie), &json!({}))).await.is(200).json();
    assert_eq!((&session["organization"], &session["role"]), (&json!("Northwind"), &json!("administrator")));
    let again = set_up("Northwind", "eve@example.com", PASSWORD);
    latchkey.call("/api/set-up", again).await.must_be_problem(410, "link-ended");
    assert!(latchkey.engine.people.first_set_up_link().await.unwrap().is_none());
}

#[tokio::test]
async fn a_known_browser_is_recognized_at_every_address() {
    let latchkey = Latchkey::start_with(None, "10.0.0.0/8").await;
    latchkey.administrator("eve@example.com").await;
    let sign_in = json!({ "email": "eve@example.com", "password": PASSWORD });
    let cookies = latchkey.call("/api/sign-in", sign_in.clone()).await.is(200).header("set-cookie");
    let device = cookies.split(" | ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    for number in 0..21 {
        latchkey.send(attempt([10, 0, 0, 1], &format!("198.51.100.{number}"))).await;
    }
    let (name, token) = device.split_once('=').unwrap();
    let made_up = format!("{name}={}{}", if token.starts_with('1') { '2' } else { '1' }, &token[1..]);
    let of_another = format!("latchkey_device={token}");
    for (cookie, status) in [(None, 429), (Some(&*made_up), 429), (Some(&of_another), 429), (Some(&*device), 200)] {
        let mut request = json_request("/api/sign-in", cookie, &sign_in);
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([192, 0, 2, 99], 4711))));
        latchkey.send(request).await.is(status);
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_the_same() {
    let latchkey = Latchkey::start().await;
    latchkey.administrator("ana@example.com").await;
    let mut answers = Vec::new();
    for (email, password) in [("ana@example.com", "wrong"), ("absent@example.com", PASSWORD), ("", ""), ("x", PASSWORD)]
    {
        let arguments = json!({ "email": email, "password": password });
        answers.push(latchkey.call("/api/sign-in", arguments).await.must_be_problem(401, "wrong-credentials"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let again = latchkey.sign_in("ana@example.com").await;
    assert_ne!(ana.cookie, again.cookie, "each sign-in starts a new session");
    let answer = ana.call("/api/sign-out", json!({})).await.is(200);
    let (name, _) = ana.cookie.split_once('=').unwrap();
    let expired = format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    assert_eq!(answer.header("set-cookie"), expired, "the session's cookie alone: the browser stays known");
    assert_eq!(answer.header("clear-site-data"), "", "it would take the cookies of neighbours on the same host");
    ana.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
    again.call("/api/session", json!({})).await.is(200);
    ana.call("/api/sign-out", json!({})).await.is(200);
    latchkey.call("/api/sign-out", json!({})).await.is(200);
}

#[tokio::test]
async fn a_session_expires() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    ana.call("/api/session", json!({})).await.is(200);
    latchkey.wait(Duration::from_hours(24 * 365));
    ana.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
}

#[tokio::test]
async fn a_changed_password_ends_every_session_but_the_new_one() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let elsewhere = latchkey.sign_in("ana@example.com").await;
    let wrong = json!({ "current": "wrong", "new": NEW });
    let refused = ana.call("/api/change-password", wrong).await.must_be_problem(422, "invalid-field");
    assert_eq!(refused.json()["field"], "current");
    let weak = json!({ "current": PASSWORD, "new": "short" });
    let refused = ana.call("/api/change-password", weak).await.must_be_problem(422, "invalid-field");
    assert_eq!(refused.json()["field"], "new");
    let change = json!({ "current": PASSWORD, "new": NEW });
    let cookie = ana.call("/api/change-password", change).await.is(200).cookie().unwrap();
    ana.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
    elsewhere.call("/api/session", json!({})).await.must_be_problem(401, "not-signed-in");
    latchkey.send(json_request("/api/session", Some(&cookie), &json!({}))).await.is(200);
    latchkey.call("/api/sign-in", json!({ "email": "ana@example.com", "password": NEW })).await.is(200);
}

/// Signs in with a wrong password, through a proxy that names its client.
fn attempt(peer: [u8; 4], forwarded_for: &str) -> Request<Body> {
    let mut request = json_request("/api/sign-in", None, &json!({ "email": "eve@example.com", "password": "wrong" }));
    request.headers_mut().insert("x-forwarded-for", forwarded_for.parse().unwrap());
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from((peer, 4711))));
    request
}

#[tokio::test]
async fn too_many_attempts_get_retry_after() {
    let latchkey = Latchkey::start_with(None, "10.0.0.0/8").await;
    let mut answer = latchkey.send(attempt([10, 0, 0, 1], "198.51.100.1")).await;
    for _ in 0..100 {
        if answer.status != 401 {
            break;
        }
        answer = latchkey.send(attempt([10, 0, 0, 1], "198.51.100.1")).await;
    }
    let answer = answer.must_be_problem(429, "too-many-attempts");
    let seconds: u32 = answer.header("retry-after").parse().unwrap();
    assert_eq!(answer.json()["retry_after"], seconds);
    assert!(seconds > 0);
}

/// Signs in for an account and from an address that no other attempt uses.
fn lone_attempt(number: u16) -> Request<Body> {
    let arguments = json!({ "email": format!("eve{number}@example.com"), "password": "wrong" });
    let mut request = json_request("/api/sign-in", None, &arguments);
    let [high, low] = number.to_be_bytes();
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([10, 0, high, low], 4711))));
    request
}

#[tokio::test]
async fn a_flood_of_sign_ins_gets_retry_after_and_passes() {
    let latchkey = Arc::new(Latchkey::start().await);
    latchkey.administrator("ana@example.com").await;
    // On each other core one is being verified, and 32 are waiting.
    let admitted = std::thread::available_parallelism().unwrap().get().div_ceil(2) * 33;
    let flood: Vec<_> = (0..u16::try_from(admitted * 2).unwrap())
        .map(|number| {
            let latchkey = latchkey.clone();
            tokio::spawn(async move { latchkey.send(lone_attempt(number)).await })
        })
        .collect();
    let mut refused = 0;
    for answer in flood {
        let answer = answer.await.unwrap();
        if answer.status == 401 {
            continue;
        }
        let answer = answer.must_be_problem(503, "unavailable");
        assert_eq!((answer.header("retry-after"), &answer.json()["retry_after"]), ("1".to_owned(), &json!(1)));
        refused += 1;
    }
    assert!((1..=admitted).contains(&refused), "{refused} of {}", admitted * 2);
    latchkey.sign_in("ana@example.com").await;
}

#[tokio::test]
async fn the_history_names_the_address_that_a_trusted_proxy_reports() {
    let latchkey = Latchkey::start_with(None, "10.0.0.0/8").await;
    let ana = latchkey.administrator("ana@example.com").await;
    let forwarded = "192.0.2.99, 198.51.100.1";
    for (peer, expected) in [([10, 0, 0, 1], "198.51.100.1"), ([203, 0, 113, 9], "203.0.113.9")] {
        let arguments = json!({ "kind": "api_key", "name": "WMS" });
        let mut request = json_request("/api/access-keys/create", Some(&ana.cookie), &arguments);
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from((peer, 4711))));
        let created = latchkey.send(request).await.is(200).json();
        let details = ana.call("/api/access-keys/get", json!({ "id": created["key"]["id"] })).await.is(200).json();
        assert_eq!(details["history"][0]["from"], expected);
    }
}
