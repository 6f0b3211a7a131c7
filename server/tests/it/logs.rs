//! What the log holds, and in which form.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD,
    binary::{Binary, Server},
    latchkey::basic,
};

/// Calls of several kinds, good and refused: a hundred and more.
fn call_many_times(server: &Server, ana: &str, key: &str, (id, secret): (&str, &str)) {
    for _ in 0..20 {
        server.get("/api/v1/ping", &basic(key, "")).is(200);
        server.get("/verify", &format!("Bearer {key}")).is(200);
        server.get("/api/v1/ping", &basic("lk_nonsense", "")).is(401);
        let grant = [("grant_type", "client_credentials")];
        let token = server.post_form("/oauth/token", &basic(id, secret), &grant).is(200).json();
        server.get("/api/v1/ping", &format!("Bearer {}", token["access_token"].as_str().unwrap())).is(200);
        server.post_form("/oauth/token", &basic(id, key), &grant).is(401);
        server.post_form("/oauth/introspect", &basic(id, secret), &[("token", key)]).is(403);
    }
    for _ in 0..3 {
        server.call("/api/sign-in", "", &json!({ "email": "ana@example.com", "password": "a-wrong-one-1f9c" }));
        server.call("/api/access-keys/list", ana, &json!({ "kind": "api_key" })).is(200);
        server.call("/api/access-keys/list", "", &json!({ "kind": "api_key" })).is(401);
        server.get("/readyz", "").is(200);
        server.get("/sign-in", "");
        server.get("/no/such/page", "").is(404);
    }
}

#[test]
fn by_default_no_request_is_a_line_of_the_log() {
    let binary = Binary::new().with_metrics();
    let mut server = binary.serve();
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    let [key, client] = ["api_key", "oauth_client"].map(|kind| {
        let created = server.call("/api/access-keys/create", &ana, &json!({ "kind": kind, "name": "WMS" }));
        let created = created.is(200).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, secret) = (text(&created["key"]["id"]), text(&created["secret"]));
        server.call("/api/access-keys/set-status", &ana, &json!({ "id": id, "status": "active" })).is(200);
        (id, secret)
    });
    let before = server.logged();
    assert!(before.contains("metrics are served"), "the log is where it is looked for");
    call_many_times(&server, &ana, &key.1, (&client.0, &client.1));
    server.metrics();
    assert_eq!(server.logged(), before);
}

#[test]
fn json_is_one_object_a_line_with_the_route_of_what_a_request_has_caused() {
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
fn json_tells_the_sources_of_an_error() {
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
fn a_wrong_query_at_verify_is_logged_without_its_value_and_not_for_ever() {
    let server = Binary::new().serve();
    let before = server.logged();
    for query in ["scopes=hunter2", "x%0AERROR%20forged=1", "lk_ak_abcdefghijkl_0123456789012345678901234567890123"] {
        server.get(&format!("/verify?{query}"), "Bearer hunter2").is(400);
    }
    let logged = server.logged();
    let lines: Vec<&str> = logged.strip_prefix(&before).unwrap().lines().collect();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert!(lines[0].contains("`scopes`"), "{lines:#?}");
    for line in lines {
        assert!(line.contains("a gateway lets nobody through"), "{line}");
        assert!(!["hunter2", "forged", "lk_ak"].iter().any(|secret| line.contains(secret)), "{line}");
    }
    for number in 0..200 {
        server.get(&format!("/verify?x{number}=1"), "").is(400);
    }
    let lines = server.logged().lines().filter(|line| line.contains("a gateway lets nobody through")).count();
    assert!((10..20).contains(&lines), "{lines} of 203");
}
