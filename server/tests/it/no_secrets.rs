//! After a complete run no secret is in the database, in SQLite's write-ahead log or in any log.

use serde_json::{Value, json};

use crate::support::{
    PASSWORD,
    binary::{Binary, files_below},
    collector::Collector,
    latchkey::{basic, token_of},
    postgres,
    server::{Reply, Server},
};

const WRONG_PASSWORD: &str = "a-wrong-password-1f9c";
const NEW_PASSWORD: &str = "tangerine-41-staple-lamp";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The tokens of both cookies that a sign-in sets.
fn tokens_of(signed_in: &Reply) -> [String; 2] {
    [signed_in.cookie.split_once('=').unwrap().1.to_owned(), signed_in.device.clone().unwrap()]
}

/// What people do: set-up, a wrong password, an invitation, a recovery, sign-out. Returns the administrator's cookie.
fn people(server: &mut Server, secrets: &mut Vec<String>) -> String {
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let founded = server.call("/api/set-up", "", &set_up).is(200);
    let ana = founded.cookie.clone();
    server.call("/api/sign-in", "", &json!({ "email": "ana@example.com", "password": WRONG_PASSWORD })).is(401);
    // In the wrong field, and after an address.
    for email in [WRONG_PASSWORD.to_owned(), format!("ana@{WRONG_PASSWORD}"), PASSWORD.to_owned()] {
        server.call("/api/sign-in", "", &json!({ "email": email, "password": PASSWORD })).is(401);
    }
    let invited = server.call("/api/members/invite", &ana, &json!({ "email": "ben@example.com", "role": "member" }));
    let invitation = token_of(&text(&invited.is(200).json()["link"]));
    let accept = json!({ "token": invitation, "password": PASSWORD });
    let joined = server.call("/api/members/accept", "", &accept).is(200);
    let session = server.call("/api/session", &joined.cookie, &json!({})).is(200).json();
    let recovery = server.call("/api/members/recovery-link", &ana, &json!({ "id": session["member_id"] }));
    let recovery = token_of(&text(&recovery.is(200).json()["link"]));
    let reset = json!({ "token": recovery, "new": NEW_PASSWORD });
    let again = server.call("/api/reset-password", "", &reset).is(200);
    server.call("/api/sign-out", &again.cookie, &json!({})).is(200);
    let signed_in =
        server.call("/api/sign-in", "", &json!({ "email": "ana@example.com", "password": PASSWORD })).is(200);
    secrets.extend([token, invitation, recovery]);
    secrets.extend([PASSWORD, WRONG_PASSWORD, NEW_PASSWORD].map(str::to_owned));
    secrets.extend([&founded, &joined, &again, &signed_in].into_iter().flat_map(tokens_of));
    ana
}

/// What programs do: both kinds of key, used correctly and wrongly, and an unreadable body.
fn machines(server: &Server, ana: &str, secrets: &mut Vec<String>) {
    let create = |kind: &str| {
        let created = server.call("/api/access-keys/create", ana, &json!({ "kind": kind, "name": "WMS" }));
        let created = created.is(200).json();
        let (id, secret) = (text(&created["key"]["id"]), text(&created["secret"]));
        server.call("/api/access-keys/set-status", ana, &json!({ "id": id, "status": "active" })).is(200);
        (id, secret)
    };
    let (id, secret) = create("oauth_client");
    let (key_id, key) = create("api_key");
    let grant = [("grant_type", "client_credentials")];
    let token = server.post_form("/oauth/token", &basic(&id, &secret), &grant).is(200).json();
    let token = text(&token["access_token"]);
    server.get("/api/v1/ping", &format!("Bearer {token}")).is(200);
    server.get("/api/v1/ping", &basic(&key, "")).is(200);
    server.get("/api/v1/ping", &format!("Bearer {secret}")).is(401);
    server.get("/api/v1/ping", &basic(&secret, "")).is(401);
    server.post_form("/oauth/token", &basic(&secret, &secret), &grant).is(401);
    server.post_form("/oauth/token", &basic(&key_id, &key), &grant).is(401);
    server.get("/verify", &format!("Bearer {token}")).is(200);
    server.get(&format!("/verify/{key}"), "").is(401);
    server.get(&format!("/verify/{key}?access_token={key}"), "").is(400);
    server.post_form("/oauth/introspect", &basic(&id, &secret), &[("token", &*key)]).is(403);
    server.post_form("/oauth/revoke", &basic(&id, &secret), &[("token", &*token)]).is(200);
    server.call("/api/access-keys/validate", ana, &json!({ "id": key_id, "secret": key })).is(200);
    server.call("/api/access-keys/validate", ana, &json!({ "id": [key], "secret": secret })).is(422);
    server.call("/api/sign-in", "", &json!({ "email": [PASSWORD], "password": {"x": PASSWORD} })).is(422);
    // The secret part follows the ID; the ID itself is not a secret.
    let random = |secret: &str| secret.rsplit_once('_').unwrap().1.to_owned();
    secrets.extend([&secret, &key].map(|secret| random(secret)));
    // The value of Basic, and its end: a log that cuts off the beginning may still contain the rest.
    for encoded in [basic(&id, &secret), basic(&key, "")] {
        let encoded = encoded.strip_prefix("Basic ").unwrap().to_owned();
        secrets.extend([encoded[encoded.len() - 32..].to_owned(), encoded]);
    }
    secrets.extend([token.rsplit_once('.').unwrap().1.to_owned(), token]);
}

#[track_caller]
fn look_for(secrets: &[String], bytes: &[u8], place: &str) {
    for secret in secrets {
        assert!(secret.len() >= 12, "too short to be looked for");
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{place} holds a secret");
    }
}

/// Searches everything that Latchkey has written, which must include the given files.
#[track_caller]
fn look_through_files(secrets: &[String], binary: &Binary, expected: &[&str]) {
    let mut seen = Vec::new();
    for path in files_below(binary.folder.path()) {
        let bytes = std::fs::read(&path).unwrap();
        look_for(secrets, &bytes, &path.display().to_string());
        if !bytes.is_empty() {
            seen.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    for expected in expected {
        assert!(seen.iter().any(|name| name == expected), "{expected} is not in {seen:?}");
    }
}

fn run(binary: &Binary) -> (Server, Vec<String>) {
    let mut server = binary.serve();
    let mut secrets = Vec::new();
    let ana = people(&mut server, &mut secrets);
    machines(&server, &ana, &mut secrets);
    let log = std::fs::read_to_string(&server.log).unwrap();
    assert!(log.contains("request"), "the log is the one that was asked for");
    (server, secrets)
}

#[test]
fn no_secret_is_in_the_database_or_in_a_log_at_the_finest_level() {
    let binary = Binary::new().with("LATCHKEY_LOG", "trace");
    let (server, secrets) = run(&binary);
    look_through_files(&secrets, &binary, &["latchkey.db", "latchkey.db-wal", "log"]);
    assert_eq!(server.stop().0, Some(0));
    look_through_files(&secrets, &binary, &["latchkey.db", "log"]);
}

/// The credential of Latchkey at the collector, which must not be logged.
const COLLECTORS_TOKEN: &str = "collector-token-4c1e9a7b";

/// With the log in JSON, metrics, and traces to a collector.
fn observed(collector: &Collector) -> Binary {
    Binary::new()
        .with_metrics()
        .with("LATCHKEY_LOG", "trace")
        .with("LATCHKEY_LOG_FORMAT", "json")
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
        .with("OTEL_EXPORTER_OTLP_HEADERS", &format!("authorization=Bearer {COLLECTORS_TOKEN}"))
        .with("OTEL_BSP_SCHEDULE_DELAY", "100")
}

#[track_caller]
fn look_through_what_was_observed(secrets: &mut Vec<String>, server: Server, collector: &Collector) {
    let metrics = server.metrics();
    assert!(metrics.value("latchkey_verification_duration_seconds_count") > 0.0);
    look_for(secrets, metrics.0.as_bytes(), "a metric");
    let log = server.log.clone();
    assert_eq!(server.stop().0, Some(0));
    let (spans, _) = collector.spans();
    assert!(spans.len() > 20, "{} spans", spans.len());
    for export in collector.exports() {
        assert!(export.head.iter().any(|line| line.contains(COLLECTORS_TOKEN)), "{:?}", export.head);
        look_for(secrets, &export.body, "a trace");
    }
    secrets.push(COLLECTORS_TOKEN.to_owned());
    let log = std::fs::read(log).unwrap();
    assert!(log.starts_with(b"{"), "it is JSON");
    look_for(secrets, &log, "the log");
}

#[test]
fn no_secret_is_in_json_logs_metrics_or_traces() {
    let collector = Collector::start();
    let binary = observed(&collector);
    let (server, mut secrets) = run(&binary);
    look_through_what_was_observed(&mut secrets, server, &collector);
    look_through_files(&secrets, &binary, &["latchkey.db", "log"]);
}

#[tokio::test]
async fn no_secret_is_in_json_logs_metrics_or_traces_with_postgresql() {
    let collector = Collector::start();
    let Some(database) = postgres::new_database().await else { return };
    let binary = observed(&collector)
        .with("LATCHKEY_DATABASE", &database)
        .with("LATCHKEY_SEALING_KEY", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=");
    let (server, mut secrets) = run(&binary);
    secrets.push("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY".to_owned());
    look_through_what_was_observed(&mut secrets, server, &collector);
}

#[tokio::test]
async fn no_secret_is_in_postgresql_or_in_a_log_at_the_finest_level() {
    let Some(database) = postgres::new_database().await else { return };
    let binary = Binary::new()
        .with("LATCHKEY_LOG", "trace")
        .with("LATCHKEY_DATABASE", &database)
        .with("LATCHKEY_SEALING_KEY", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=");
    let (server, mut secrets) = run(&binary);
    secrets.push("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY".to_owned());
    let tables = postgres::dump(&database).await;
    assert!(tables.contains("ana@example.com"), "the look is in the right place");
    look_for(&secrets, tables.as_bytes(), "the database");
    look_through_files(&secrets, &binary, &["log"]);
    assert_eq!(server.stop().0, Some(0));
}
