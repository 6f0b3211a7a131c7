//! What the log contains, and in which format.

use serde_json::{Value, json};

use crate::support::{PASSWORD, binary::Binary, latchkey::basic, server::Server};

/// Makes more than a hundred successful calls of several kinds.
fn call_many_times(server: &Server, ana: &str, key: &str, (id, secret): (&str, &str)) {
    for _ in 0..20 {
        server.get("/api/v1/ping", &basic(key, "")).is(200);
        server.get("/verify", &format!("Bearer {key}")).is(200);
        server.get("/verify", "").is(401);
        let grant = [("grant_type", "client_credentials")];
        let token = server.post_form("/oauth/token", &basic(id, secret), &grant).is(200).json();
        let token = token["access_token"].as_str().unwrap().to_owned();
        server.get("/api/v1/ping", &format!("Bearer {token}")).is(200);
        server.post_form("/oauth/revoke", &basic(id, secret), &[("token", &*token)]).is(200);
    }
    for _ in 0..3 {
        server.call("/api/access-keys/list", ana, &json!({ "kind": "api_key" })).is(200);
        server.call("/api/session", "", &json!({})).is(401);
        server.get("/readyz", "").is(200);
        server.get("/sign-in", "");
        server.get("/no/such/page", "").is(404);
    }
}

/// A server with an administrator, and the credentials of her key and her client.
fn with_keys(server: &mut Server) -> (String, [(String, String); 2]) {
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    let keys = ["api_key", "oauth_client"].map(|kind| {
        let created = server.call("/api/access-keys/create", &ana, &json!({ "kind": kind, "name": "WMS" }));
        let created = created.is(200).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, secret) = (text(&created["key"]["id"]), text(&created["secret"]));
        server.call("/api/access-keys/set-status", &ana, &json!({ "id": id, "status": "active" })).is(200);
        (id, secret)
    });
    (ana, keys)
}

#[test]
fn by_default_no_successful_call_is_logged() {
    let binary = Binary::new().with_metrics();
    let mut server = binary.serve();
    let (ana, [key, client]) = with_keys(&mut server);
    let before = server.logged();
    assert!(before.contains("metrics are served"), "the log is where it is looked for");
    call_many_times(&server, &ana, &key.1, (&client.0, &client.1));
    server.metrics();
    assert_eq!(server.logged(), before);
}

/// Returns the lines about refusals, each as its fields.
fn refusals(server: &Server) -> Vec<Value> {
    let lines = server.logged();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    lines.filter(|line| line["target"] == "latchkey::refused").map(|line| line["fields"].clone()).collect()
}

/// Returns the refusals after the first `seen`: each as call, reason, account and key.
fn refusals_since(server: &Server, since: usize) -> Vec<[String; 4]> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let fields = |line: &Value| {
        assert_eq!(line["from"], "127.0.0.1", "{line}");
        ["call", "reason", "account", "key"].map(|name| text(&line[name]))
    };
    refusals(server)[since..].iter().map(fields).collect()
}

/// Returns the same secret with another first character in its random part, so that its checksum is wrong.
fn wrong(secret: &str) -> String {
    let (head, tail) = secret.rsplit_once('_').unwrap();
    format!("{head}_{}{}", if tail.starts_with('1') { '2' } else { '1' }, &tail[1..])
}

#[test]
fn a_refused_person_is_logged_with_account_reason_and_address() {
    let binary = Binary::new().with("LATCHKEY_LOG_FORMAT", "json");
    let mut server = binary.serve();
    let (ana, [(id, secret), _]) = with_keys(&mut server);
    let sign_in = |email: &str, password: &str| {
        server.call("/api/sign-in", "", &json!({ "email": email, "password": password })).is(401);
    };
    sign_in("ANA@example.com", "a-wrong-one-1f9c");
    sign_in("absent@müller.example", "a-wrong-one-1f9c");
    // Text typed into the wrong field, and text that would end the line or forge another.
    for email in [PASSWORD, "violet@harbour-27-lantern", "x@example.com\n{\"level\":\"INFO\"}", "\u{1b}[2J@example.com"]
    {
        sign_in(email, "a-wrong-one-1f9c");
    }
    let quoted = "a\"b\\c@example.com";
    sign_in(quoted, "a-wrong-one-1f9c");
    let unknown = |account: &str| ["sign-in", "unknown_account", account, "-"].map(str::to_owned);
    let mut expected = vec![["sign-in", "wrong_password", "ana@example.com", "-"].map(str::to_owned)];
    expected.push(unknown("absent@xn--mller-kva.example"));
    expected.extend([unknown("-"), unknown("-"), unknown("-"), unknown("-"), unknown(quoted)]);
    assert_eq!(refusals_since(&server, 0), expected);

    let since = expected.len();
    let guessed = "0".repeat(43);
    server.call("/api/reset-password", "", &json!({ "token": guessed, "new": PASSWORD })).is(410);
    server.call("/api/members/invitation", "", &json!({ "token": guessed })).is(410);
    server.call("/api/members/accept", "", &json!({ "token": guessed, "password": PASSWORD })).is(410);
    let set_up = json!({ "token": guessed, "organization": "O", "email": "eve@example.com", "password": PASSWORD });
    server.call("/api/set-up", "", &set_up).is(410);
    let create = json!({ "kind": "api_key", "name": "x" });
    server.call("/api/access-keys/create", "", &create).is(401);
    server.call("/api/members/remove", "", &json!({ "id": "mem_000000000000" })).is(401);
    let invited = server.call("/api/members/invite", &ana, &json!({ "email": "ben@example.com", "role": "member" }));
    let link = invited.is(200).json()["link"].as_str().unwrap().to_owned();
    let accept = json!({ "token": link.split_once('#').unwrap().1, "password": PASSWORD });
    let ben = server.call("/api/members/accept", "", &accept).is(200).cookie;
    server.call("/api/access-keys/create", &ben, &create).is(403);
    server.call_with("/api/access-keys/create", &[("authorization", &format!("Bearer {secret}"))], &create).is(403);
    server.call("/api/access-keys/set-status", &ana, &json!({ "id": id, "status": "inactive" })).is(200);
    server.call_with("/api/access-keys/create", &[("authorization", &format!("Bearer {secret}"))], &create).is(401);
    server
        .call_with("/api/access-keys/create", &[("sec-fetch-site", "cross-site"), ("cookie", &*ana)], &create)
        .is(403);
    let expected = |fields: [&str; 4]| fields.map(str::to_owned);
    assert_eq!(
        refusals_since(&server, since),
        [
            expected(["reset-password", "link_ended", "-", "-"]),
            expected(["invitation", "link_ended", "-", "-"]),
            expected(["invitation", "link_ended", "-", "-"]),
            expected(["set-up", "link_ended", "-", "-"]),
            expected(["management", "not_signed_in", "-", "-"]),
            expected(["management", "not_signed_in", "-", "-"]),
            expected(["management", "not_allowed", "ben@example.com", "-"]),
            expected(["management", "insufficient_scope", "-", &id]),
            expected(["management", "invalid_credential", "-", &id]),
            expected(["management", "cross_site", "-", "-"]),
        ]
    );
    let log = server.logged();
    for hidden in [PASSWORD, "harbour-27", "a-wrong-one-1f9c", &guessed, &secret, "\u{1b}"] {
        assert!(!log.contains(hidden), "{hidden:?} is in the log");
    }
}

#[test]
fn refused_credentials_are_logged_with_their_key_up_to_a_limit() {
    let binary = Binary::new().with("LATCHKEY_LOG_FORMAT", "json");
    let mut server = binary.serve();
    let (ana, [(key_id, key), (id, secret)]) = with_keys(&mut server);
    server.call("/api/access-keys/set-status", &ana, &json!({ "id": key_id, "status": "inactive" })).is(200);
    let grant = [("grant_type", "client_credentials")];
    for _ in 0..25 {
        server.get("/api/v1/ping", &basic(&key, "")).is(401);
        server.get("/verify", &format!("Bearer {key}")).is(401);
        server.post_form("/oauth/token", &basic(&id, &wrong(&secret)), &grant).is(401);
        server.post_form("/oauth/introspect", &basic(&id, &secret), &[("token", &*key)]).is(403);
        server.post_form("/oauth/revoke", &basic(&id, &wrong(&secret)), &[("token", "x")]).is(401);
    }
    let lines = refusals_since(&server, 0);
    for (call, reason, named) in [
        ("verification", "invalid_credential", &key_id),
        ("token", "invalid_credential", &id),
        ("introspection", "insufficient_scope", &id),
        ("revocation", "invalid_credential", &id),
    ] {
        let expected = [call, reason, "-", named].map(str::to_owned);
        let count = lines.iter().filter(|line| **line == expected).count();
        // A minute may end between two of the calls.
        assert!((10..=20).contains(&count), "{call}: {count}");
    }
    // A secret in the wrong place is not a client ID.
    let before = lines.len();
    server.post_form("/oauth/token", &basic(&secret, &secret), &grant).is(401);
    assert!(refusals_since(&server, before).iter().all(|line| line[3] == "-"));
    let log = server.logged();
    for hidden in [&key, &secret, &wrong(&secret)] {
        assert!(!log.contains(hidden.rsplit_once('_').unwrap().1), "the log holds a secret");
    }
}

#[test]
fn an_untrusted_proxy_is_logged_once_and_shown_to_administrators() {
    let binary = Binary::new();
    let mut server = binary.serve();
    let (ana, _) = with_keys(&mut server);
    let session = |cookie: &str| server.call("/api/session", cookie, &json!({})).is(200).json();
    assert_eq!(session(&ana).get("untrusted_proxy"), None);
    for _ in 0..3 {
        server.get_with("/readyz", &[("x-forwarded-for", "192.0.2.77")]).is(200);
        server.get_with("/readyz", &[("forwarded", "for=192.0.2.77")]).is(200);
    }
    assert_eq!(session(&ana)["untrusted_proxy"], "127.0.0.1");
    let log = server.logged();
    assert_eq!(log.lines().filter(|line| line.contains("LATCHKEY_TRUSTED_PROXIES")).count(), 1, "{log}");
    assert!(!log.contains("192.0.2.77"), "{log}");
    let invited = server.call("/api/members/invite", &ana, &json!({ "email": "ben@example.com", "role": "member" }));
    let link = invited.is(200).json()["link"].as_str().unwrap().to_owned();
    let accept = json!({ "token": link.split_once('#').unwrap().1, "password": PASSWORD });
    let ben = server.call("/api/members/accept", "", &accept).is(200).cookie;
    assert_eq!(session(&ben).get("untrusted_proxy"), None, "it is the operator's business");

    let binary = Binary::new().with("LATCHKEY_TRUSTED_PROXIES", "127.0.0.1");
    let mut server = binary.serve();
    let (ana, _) = with_keys(&mut server);
    server.get_with("/readyz", &[("x-forwarded-for", "192.0.2.77")]).is(200);
    assert_eq!(server.call("/api/session", &ana, &json!({})).is(200).json().get("untrusted_proxy"), None);
    assert!(!server.logged().contains("LATCHKEY_TRUSTED_PROXIES"));
}

#[test]
fn json_is_one_object_a_line_with_the_requests_route() {
    let binary = Binary::new().with("LATCHKEY_LOG_FORMAT", "json").with("LATCHKEY_LOG", "debug");
    let mut server = binary.serve();
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    server.call("/api/set-up", "", &set_up).is(200);
    let log = server.logged();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of_request = lines.iter().find(|line| line["span"]["route"] == "/api/{*path}").expect(&log);
    assert_eq!(of_request["span"]["name"], "request");
    for name in ["timestamp", "level", "target"] {
        assert!(of_request[name].is_string(), "{of_request}");
    }
    assert!(of_request["fields"].is_object(), "{of_request}");
}

#[test]
fn json_contains_the_sources_of_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:9464");
    let binary = Binary::new().without("LATCHKEY_METRICS_LISTEN").with("LATCHKEY_LOG_FORMAT", "json");
    let server = binary.serve();
    let log = server.logged();
    let line = log.lines().find(|line| line.contains("metrics are not served")).expect(&log);
    let line: Value = serde_json::from_str(line).unwrap();
    assert!(line["fields"]["error"].is_string(), "{line}");
    assert_eq!(line["level"], "WARN");
    drop(taken);
}

#[test]
fn another_format_is_refused() {
    let line = Binary::new().with("LATCHKEY_LOG_FORMAT", "xml").refusal(&["serve"]);
    assert_eq!(line, r#"LATCHKEY_LOG_FORMAT must be text or json, and not "xml""#);
}

#[test]
fn a_wrong_query_at_verify_is_logged_without_its_value_up_to_a_limit() {
    let binary = Binary::new();
    let server = binary.serve();
    let before = server.logged();
    for query in ["scopes=hunter2", "x%0AERROR%20forged=1", "lk_ak_abcdefghijkl_0123456789012345678901234567890123"] {
        server.get(&format!("/verify?{query}"), "Bearer hunter2").is(400);
    }
    let logged = server.logged();
    let lines: Vec<&str> = logged.strip_prefix(&before).unwrap().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].contains("`scopes`"), "{lines:#?}");
    for line in lines {
        assert!(line.contains("every request of a gateway is refused"), "{line}");
        assert!(!["hunter2", "forged", "lk_ak"].iter().any(|secret| line.contains(secret)), "{line}");
    }
    for number in 0..200 {
        server.get(&format!("/verify?x{number}=1"), "").is(400);
    }
    let lines = server.logged().lines().filter(|line| line.contains("every request of a gateway is refused")).count();
    assert!((10..20).contains(&lines), "{lines} of 203");
}
