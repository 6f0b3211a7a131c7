//! The cookies of sessions and of known browsers.

use serde_json::json;

use crate::support::{
    Answer, Latchkey, PASSWORD,
    latchkey::{json_request, token_of},
};

const NEW: &str = "tangerine-41-staple-lamp";

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
            let anonymous = cookie.replace(token, "TOKEN").replace(&format!("={seconds}"), "=SECONDS");
            let anonymous = anonymous.replace(latchkey.engine.installation_id().short(), "INSTALLED");
            assert_eq!(anonymous, expected.replace("session", name));
        }
    }
}

/// The cookies of one browser, which sends all of a host's cookies to each of its ports.
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
async fn two_installations_on_one_host_keep_separate_cookies() {
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
async fn signing_in_again_ends_only_the_browsers_previous_session() {
    let latchkey = Latchkey::start().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let elsewhere = latchkey.sign_in("ana@example.com").await;
    let founding = latchkey.engine.people.make_set_up_link().await.unwrap();
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
