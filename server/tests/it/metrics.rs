//! What `GET /metrics` returns after known calls, and where it is served.

use std::net::{TcpListener, TcpStream};

use serde_json::json;

use crate::support::{PASSWORD, binary::Binary, latchkey::basic, postgres, server::Server};

/// Sets up an organization, and creates and activates a key. That is three requests for the console.
fn key(server: &mut Server, kind: &str) -> (String, String) {
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    let created = server.call("/api/access-keys/create", &ana, &json!({ "kind": kind, "name": "WMS" }));
    let created = created.is(200).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let (id, secret) = (text(&created["key"]["id"]), text(&created["secret"]));
    server.call("/api/access-keys/set-status", &ana, &json!({ "id": id, "status": "active" })).is(200);
    (id, secret)
}

#[test]
fn each_metric_has_its_value_after_known_calls() {
    let binary = Binary::new().with_metrics();
    let mut server = binary.serve();
    let (_, secret) = key(&mut server, "api_key");
    for _ in 0..3 {
        server.get("/api/v1/ping", &basic(&secret, "")).is(200);
    }
    server.get("/api/v1/ping", "Bearer lk_nonsense").is(401);
    server.get("/api/v1/ping", "").is(401);
    server.call("/api/v1/ping", "", &json!({})).is(405);
    server.get("/verify/any/path", &format!("Bearer {secret}")).is(200);
    server.get("/verify?scope=orders:read", &format!("Bearer {secret}")).is(403);

    let metrics = server.metrics();
    let requests = |route: &str, outcome: &str| {
        metrics.count(&format!(r#"latchkey_requests_total{{outcome="{outcome}",route="{route}"}}"#))
    };
    assert_eq!(requests("/api/{*path}", "accepted"), 3);
    assert_eq!(requests("/api/v1/ping", "accepted"), 3);
    assert_eq!(requests("/api/v1/ping", "refused"), 2);
    assert_eq!(requests("/api/v1/ping", "client_error"), 1);
    assert_eq!(requests("/api/v1/ping", "unavailable"), 0);
    assert_eq!(requests("/api/v1/ping", "server_error"), 0);
    assert_eq!(requests("/verify/{*path}", "accepted"), 1);
    assert_eq!(requests("/verify", "refused"), 1);

    // The request without a credential did not reach the engine.
    assert_eq!(metrics.count("latchkey_verification_duration_seconds_count"), 6);
    assert_eq!(metrics.count(r#"latchkey_verification_duration_seconds_bucket{le="+Inf"}"#), 6);
    assert!(metrics.value("latchkey_verification_duration_seconds_sum") > 0.0);
    assert!(metrics.count(r#"latchkey_verification_duration_seconds_bucket{le="0.000001"}"#) <= 6);
    assert!(metrics.count(r#"latchkey_verification_duration_seconds_bucket{le="1"}"#) >= 4);
    assert_eq!(metrics.count(r#"latchkey_secret_cache_total{result="hash"}"#), 1);
    assert_eq!(metrics.count(r#"latchkey_secret_cache_total{result="hit"}"#), 4);
    for of in ["secrets", "passwords"] {
        assert_eq!(metrics.count(&format!(r#"latchkey_hash_queue_waiting{{of="{of}"}}"#)), 0);
        assert_eq!(metrics.count(&format!(r#"latchkey_hash_queue_refused_total{{of="{of}"}}"#)), 0);
    }
    assert_eq!(metrics.count("latchkey_tokens_revoked_total"), 0);
    assert_eq!(metrics.count("latchkey_propagation_lag_seconds"), 0);
    assert_eq!(metrics.count("latchkey_propagation_applied"), 0);
    assert_eq!(metrics.count("latchkey_propagation_behind"), 0);
    assert_eq!(metrics.count("latchkey_nodes"), 1);
    let connections = |state: &str| metrics.count(&format!(r#"latchkey_database_connections{{state="{state}"}}"#));
    assert!(connections("idle") + connections("used") >= 2, "one writes and one reads");
    assert_eq!(metrics.count("latchkey_database_connections_max"), 9);
    assert_eq!(metrics.count("latchkey_database_read_only"), 0);
    assert_eq!(metrics.count(&format!(r#"latchkey_build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION"))), 1);
}

#[test]
fn tokens_and_introspection_count_as_verifications() {
    let binary = Binary::new().with_metrics();
    let mut server = binary.serve();
    let (id, secret) = key(&mut server, "oauth_client");
    let before = server.metrics().count("latchkey_verification_duration_seconds_count");
    assert_eq!(before, 0);
    let grant = [("grant_type", "client_credentials")];
    let token = server.post_form("/oauth/token", &basic(&id, &secret), &grant).is(200).json();
    let token = token["access_token"].as_str().unwrap().to_owned();
    server.get("/api/v1/ping", &format!("Bearer {token}")).is(200);
    // The verification of the caller. It may not introspect, so the token is not verified.
    server.post_form("/oauth/introspect", &basic(&id, &secret), &[("token", &*token)]).is(403);
    let metrics = server.metrics();
    assert_eq!(metrics.count("latchkey_verification_duration_seconds_count"), 3);
    for _ in 0..2 {
        server.post_form("/oauth/revoke", &basic(&id, &secret), &[("token", &*token)]).is(200);
    }
    assert_eq!(server.metrics().count("latchkey_tokens_revoked_total"), 1, "the second time it was revoked already");
    let refused = r#"latchkey_requests_total{outcome="refused",route="/oauth/introspect"}"#;
    assert_eq!(metrics.count(refused), 1);
}

#[tokio::test]
async fn on_postgresql_the_metrics_show_its_pool_and_its_nodes() {
    let Some(database) = postgres::new_database().await else { return };
    let binary = || {
        Binary::new()
            .with_metrics()
            .with("LATCHKEY_DATABASE", &database)
            .with("LATCHKEY_SEALING_KEY", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=")
    };
    let (first, second) = (binary(), binary());
    let (one, mut two) = (first.serve(), second.serve());
    // No key changes, so each node learns of the other by its next heartbeat.
    while [&one, &two].map(|node| node.metrics().count("latchkey_nodes")) != [2, 2] {}
    assert_eq!(one.metrics().count("latchkey_database_connections_max"), 20);
    assert!(one.metrics().value("latchkey_propagation_lag_seconds") < 5.0);

    // Its link counts, because it was created last.
    key(&mut two, "api_key");
    let applied = |node: &Server| node.metrics().count("latchkey_propagation_applied");
    assert!(applied(&one) >= 1);
    while applied(&two) != applied(&one) {}
    assert_eq!(two.metrics().count("latchkey_propagation_behind"), 0);

    two.stop();
    while one.metrics().count("latchkey_nodes") != 1 {}
}

#[test]
fn metrics_have_a_separate_listener_that_ends_with_the_server() {
    let binary = Binary::new().with_metrics();
    let server = binary.serve();
    let address = server.metrics_address();
    assert!(server.metrics().0.contains("# TYPE latchkey_verification_duration_seconds histogram"));
    for path in ["/", "/metrics/", "/readyz", "/api/v1/ping"] {
        let refused = ureq::get(format!("http://{address}{path}")).call();
        assert!(matches!(refused, Err(ureq::Error::StatusCode(404))), "{path}: {refused:?}");
    }
    let refused = ureq::post(format!("http://{address}/metrics")).send_empty();
    assert!(matches!(refused, Err(ureq::Error::StatusCode(404))), "{refused:?}");
    server.get("/metrics", "").is(404);
    assert_eq!(server.stop().0, Some(0));
    assert!(TcpStream::connect(address).is_err(), "it has ended");
}

#[test]
fn a_taken_metrics_port_prevents_a_start_only_if_it_was_configured() {
    // The port is in use, by whichever process.
    let _taken = TcpListener::bind("127.0.0.1:9464");
    let binary = Binary::new().without("LATCHKEY_METRICS_LISTEN");
    let server = binary.serve();
    server.get("/readyz", "").is(200);
    let log = server.logged();
    let warnings = log.lines().filter(|line| line.contains("WARN") && line.contains("metrics are not served"));
    assert_eq!(warnings.count(), 1, "{log}");
    assert!(!log.contains("metrics are served"), "{log}");

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = Binary::new().with("LATCHKEY_METRICS_LISTEN", &address).refusal(&["serve"]);
    assert!(line.starts_with(&format!("cannot serve metrics on {address}: ")), "{line}");
}

#[test]
fn metrics_that_are_off_use_no_port() {
    let _taken = TcpListener::bind("127.0.0.1:9464");
    let binary = Binary::new().with("LATCHKEY_METRICS_LISTEN", "off");
    let server = binary.serve();
    server.get("/readyz", "").is(200);
    let log = server.logged();
    assert!(!log.contains("metrics are"), "neither served nor missed: {log}");
}
