//! Set-up, sign-in, sign-out and passwords.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use serde_json::json;

use crate::support::{
    Answer, Latchkey, PASSWORD,
    latchkey::{json_request, token_of},
};

const NEW: &str = "tangerine-41-staple-lamp";

#[tokio::test]
async fn a_set_up_link_makes_one_organization() {
    let latchkey = Latchkey::start().await;
    let link = latchkey.engine.first_set_up_link().await.unwrap().unwrap();
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
    assert!(latchkey.engine.first_set_up_link().await.unwrap().is_none());
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_pinned_over_https() {
    for (public_url, expected) in [
        (None, "latchkey_session_INSTALLED=TOKEN; HttpOnly; SameSite=Lax; Path=/; Max-Age=SECONDS"),
        (
            Some("https://keys.example.com"),
            "__Host-latchkey_session_INSTALLED=TOKEN; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=SECONDS",
        ),
    ] {
        let latchkey = Latchkey::start_with(public_url, "").await;
        latchkey.administrator("ana@example.com").await;
        let sign_in = json!({ "email": "ana@example.com", "password": PASSWORD });
        let cookies = latchkey.call("/api/sign-in", sign_in).await.is(200).header("set-cookie");
        let cookies: Vec<&str> = cookies.split(" | ").collect();
        assert_eq!(cookies.len(), 2, "one for the session and one for the browser");
        for (cookie, name, at_least) in [(cookies[0], "session", 1), (cookies[1], "device", 365 * 24 * 60 * 60)] {
            let token = cookie.split(['=', ';']).nth(1).unwrap();
            let seconds = cookie.split("Max-Age=").nth(1).unwrap().split(';').next().unwrap();
            assert!(seconds.parse::<u64>().unwrap() >= at_least);
            let anonymous = cookie.replace(token, "TOKEN").replace(&format!("Max-Age={seconds}"), "Max-Age=SECONDS");
            let anonymous = anonymous.replace(latchkey.engine.installation_id().short(), "INSTALLED");
            assert_eq!(anonymous, expected.replace("session", name));
        }
    }
}

#[tokio::test]
async fn a_browser_that_has_signed_in_before_is_known_anywhere() {
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
    for (email, password) in [("ana@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("", ""), ("x", PASSWORD)]
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
    assert_ne!(ana.cookie, again.cookie, "each sign-in has a session of its own");
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
async fn a_session_ends_by_itself() {
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

/// A sign-in with a wrong password, through a proxy that says whom it is for.
fn attempt(peer: [u8; 4], forwarded_for: &str) -> Request<Body> {
    let mut request = json_request("/api/sign-in", None, &json!({ "email": "eve@example.com", "password": "wrong" }));
    request.headers_mut().insert("x-forwarded-for", forwarded_for.parse().unwrap());
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from((peer, 4711))));
    request
}

#[tokio::test]
async fn too_many_attempts_are_told_when_to_come_back() {
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

/// A sign-in of somebody whom no other attempt is for, from where no other comes from.
fn lone_attempt(number: u16) -> Request<Body> {
    let arguments = json!({ "email": format!("eve{number}@example.com"), "password": "wrong" });
    let mut request = json_request("/api/sign-in", None, &arguments);
    let [high, low] = number.to_be_bytes();
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([10, 0, high, low], 4711))));
    request
}

#[tokio::test]
async fn a_flood_of_sign_ins_is_told_when_to_come_back_and_ends() {
    let latchkey = Arc::new(Latchkey::start().await);
    latchkey.administrator("ana@example.com").await;
    // On each other core one is verified, and 32 wait for it.
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
async fn the_history_names_the_address_that_a_trusted_proxy_vouches_for() {
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

/// The cookies of one browser, which sends all of a host's to every port of it.
#[derive(Default)]
struct Jar(std::collections::BTreeMap<String, String>);

impl Jar {
    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.0.insert(name.to_owned(), value.to_owned());
        }
    }

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn call(&mut self, latchkey: &Latchkey, path: &str, arguments: serde_json::Value) -> Answer {
        let answer = latchkey.send(json_request(path, Some(&self.header()), &arguments)).await;
        self.keep(&answer);
        answer
    }
}

#[tokio::test]
async fn two_installations_on_one_host_leave_each_others_cookies_alone() {
    for public_url in [None, Some("https://keys.example.com")] {
        let (one, other) = (Latchkey::start_with(public_url, "").await, Latchkey::start_with(public_url, "").await);
        let sign_in = json!({ "email": "ana@example.com", "password": PASSWORD });
        let mut jar = Jar::default();
        for latchkey in [&one, &other] {
            latchkey.administrator("ana@example.com").await;
            jar.call(latchkey, "/api/sign-in", sign_in.clone()).await.is(200);
        }
        assert_eq!(jar.0.len(), 4, "a session and a device for each: {:?}", jar.0.keys());
        for latchkey in [&one, &other] {
            jar.call(latchkey, "/api/session", json!({})).await.is(200);
        }
        let before = jar.0.clone();
        jar.call(&one, "/api/sign-out", json!({})).await.is(200);
        jar.call(&one, "/api/session", json!({})).await.is(401);
        jar.call(&other, "/api/session", json!({})).await.is(200);
        jar.call(&one, "/api/sign-in", sign_in).await.is(200);
        let changed: Vec<&String> = before.keys().filter(|name| before[*name] != jar.0[*name]).collect();
        let session = format!("latchkey_session_{}", one.engine.installation_id().short());
        assert!(matches!(changed[..], [name] if name.ends_with(&session)), "the device is known still: {changed:?}");
    }
}

#[tokio::test]
async fn a_session_that_a_browser_replaces_ends_and_no_other() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let elsewhere = latchkey.sign_in("ana@example.com").await;
    let founding = latchkey.engine.make_set_up_link().await.unwrap();
    let invitation = ana.call("/api/members/invite", json!({ "email": "ben@example.com", "role": "member" })).await;
    let invitation = token_of(invitation.is(200).json()["link"].as_str().unwrap());
    let member_id = ana.invite("cleo@example.com", "member").await.id().await;
    let recovery = ana.call("/api/members/recovery-link", json!({ "id": member_id })).await;
    let recovery = token_of(recovery.is(200).json()["link"].as_str().unwrap());
    let mut jar = Jar::default();
    jar.call(&latchkey, "/api/sign-in", json!({ "email": "ana@example.com", "password": PASSWORD })).await.is(200);
    for (path, arguments) in [
        ("/api/sign-in", json!({ "email": "ana@example.com", "password": PASSWORD })),
        ("/api/members/accept", json!({ "token": invitation, "password": PASSWORD })),
        ("/api/reset-password", json!({ "token": recovery, "new": NEW })),
        (
            "/api/set-up",
            json!({ "token": token_of(founding.link.expose()), "organization": "Other", "email": "dee@example.com", "password": PASSWORD }),
        ),
        ("/api/change-password", json!({ "current": PASSWORD, "new": NEW })),
    ] {
        let replaced = jar.header();
        let refused = jar.call(
            &latchkey,
            path,
            json!({ "token": "x", "email": "x", "password": "x", "organization": "x", "new": "x", "current": "x" }),
        );
        assert_ne!(refused.await.status, 200, "{path}");
        latchkey.send(json_request("/api/session", Some(&replaced), &json!({}))).await.is(200);
        jar.call(&latchkey, path, arguments).await.is(200);
        jar.call(&latchkey, "/api/session", json!({})).await.is(200);
        let ended = latchkey.send(json_request("/api/session", Some(&replaced), &json!({}))).await;
        assert_eq!(ended.status, 401, "{path}");
    }
    for other in [&ana, &elsewhere] {
        other.call("/api/session", json!({})).await.is(200);
    }
}
