//! The built binary: how it starts, and how it fails to start.

use std::{fs::Permissions, net::TcpListener, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::support::{PASSWORD, binary::Binary};

#[test]
fn without_a_command_it_prints_its_help() {
    let output = Binary::new().run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("reset-password"));
}

#[test]
fn a_first_start_prints_the_set_up_link_until_it_is_used() {
    let binary = Binary::new();
    let mut server = binary.serve();
    let token = server.set_up_token();
    server.call("/api/set-up", "", &set_up(&token, "ana@example.com")).is(200);
    server.get("/readyz", "").is(200);
    assert!(binary.database().exists(), "the default database is in ./data");
    assert_eq!(server.stop(), (Some(0), String::new()));
    let server = binary.serve();
    server.call("/api/sign-in", "", &json!({ "email": "ana@example.com", "password": PASSWORD })).is(200);
    assert_eq!(server.stop(), (Some(0), String::new()), "no second link is printed");
}

#[test]
fn an_unattended_start_creates_the_first_administrator() {
    let binary = Binary::new();
    let file = binary.file("password", &format!("{PASSWORD}\n"));
    let binary = binary
        .with("LATCHKEY_ADMIN_EMAIL", "ana@example.com")
        .with("LATCHKEY_ADMIN_PASSWORD_FILE", file.to_str().unwrap());
    for _ in 0..2 {
        let server = binary.serve();
        let sign_in = json!({ "email": "ana@example.com", "password": PASSWORD });
        let cookie = server.call("/api/sign-in", "", &sign_in).is(200).cookie;
        assert_eq!(server.call("/api/session", &cookie, &json!({})).is(200).json()["organization"], "Default");
        assert_eq!(server.stop(), (Some(0), String::new()), "no link is printed");
    }
}

#[test]
fn an_unattended_start_with_a_bad_password_fails_with_a_message() {
    let binary = Binary::new().with("LATCHKEY_ADMIN_EMAIL", "ana@example.com").with("LATCHKEY_ADMIN_PASSWORD", "short");
    let line = binary.refusal(&["serve"]);
    assert!(line.starts_with("the first administrator cannot be created: "), "{line}");
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    for (name, value) in [
        ("LATCHKEY_LISTEN", "nowhere"),
        ("LATCHKEY_PUBLIC_URL", "keys.example.com"),
        ("LATCHKEY_TRUSTED_PROXIES", "proxy"),
        ("LATCHKEY_TOKEN_LIFETIME", "soon"),
        ("LATCHKEY_LAST_USED", "never"),
        ("LATCHKEY_LOG", "verbose"),
        ("LATCHKEY_SIGNING_ALGORITHM", "HS256"),
        ("LATCHKEY_SIGNING_KEY_DAYS", "0"),
        ("LATCHKEY_SECRET_PREFIX", "Not Allowed"),
        ("LATCHKEY_SEALING_KEY", "hunter2"),
        ("LATCHKEY_SEALING_KEY_FILE", "/nowhere/at/all"),
        ("LATCHKEY_PREVIOUS_SEALING_KEY", "hunter2"),
        ("LATCHKEY_PREVIOUS_SEALING_KEY_FILE", "/nowhere/at/all"),
    ] {
        let line = Binary::new().with(name, value).refusal(&["serve"]);
        assert!(line.starts_with(name), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn an_unusable_database_is_one_clear_line() {
    for (database, words) in [
        ("sqlite:///nowhere/at/all/latchkey.db", "the folder of the database does not exist"),
        // Not even root can write there.
        ("sqlite:///proc/latchkey.db", "cannot be written"),
        ("mysql://localhost/latchkey", "sqlite://PATH or postgres://"),
    ] {
        let line = Binary::new().with("LATCHKEY_DATABASE", database).refusal(&["serve"]);
        assert!(line.contains(words), "{database}: {line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn a_read_only_database_is_one_clear_line() {
    let binary = Binary::new();
    binary.serve().stop();
    std::fs::set_permissions(binary.database(), Permissions::from_mode(0o444)).unwrap();
    let line = Binary::refusal_in(binary.run_as_nobody(&["serve"]));
    assert!(line.starts_with("the database cannot be written: ") && line.contains("latchkey.db: "), "{line}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_not_changed() {
    let binary = Binary::new();
    binary.serve().stop();
    let url = format!("sqlite://{}", binary.database().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    connection.execute("UPDATE _sqlx_migrations SET version = version + 9998").await.unwrap();
    connection.close().await.unwrap();
    let line = binary.refusal(&["serve"]);
    assert!(line.contains("newer version"), "{line}");
}

#[test]
fn only_one_process_can_open_the_database() {
    let binary = Binary::new();
    let server = binary.serve();
    let line = binary.refusal(&["serve"]);
    assert_eq!(line, "the database is in use by another latchkey process: ./data/latchkey.db");
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn a_taken_port_is_reported() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let line = Binary::new().without("LATCHKEY_LISTEN").refusal(&["serve", "--listen", &address]);
    assert!(line.starts_with(&format!("cannot listen on {address}: ")), "{line}");
}

#[test]
fn the_database_url_can_be_read_from_a_file() {
    let binary = Binary::new();
    let folder = binary.folder.path().to_owned();
    let file = binary.file("url", &format!("sqlite://{}\n", folder.join("elsewhere.db").display()));
    let binary = binary.with("LATCHKEY_DATABASE_FILE", file.to_str().unwrap());
    assert_eq!(binary.serve().stop().0, Some(0));
    assert!(folder.join("elsewhere.db").exists() && !binary.database().exists());
    let line = binary.with("LATCHKEY_DATABASE", "sqlite://other.db").refusal(&["serve"]);
    assert_eq!(line, "set LATCHKEY_DATABASE or LATCHKEY_DATABASE_FILE, and not both");
    let line = Binary::new().with("LATCHKEY_DATABASE_FILE", "/nowhere/at/all").refusal(&["serve"]);
    assert!(line.starts_with("LATCHKEY_DATABASE_FILE: cannot read /nowhere/at/all"), "{line}");
}

#[test]
fn a_sealing_key_is_replaced_with_the_previous_one() {
    const FIRST: &str = "Zmlyc3Qgc2VhbGluZyBrZXksIG9mIDMyIGJ5dGVzLi4=";
    const SECOND: &str = "c2Vjb25kIHNlYWxpbmcga2V5IG9mIDMyIGJ5dGVzLi4=";
    const THIRD: &str = "dGhpcmQgc2VhbGluZyBrZXksIG9mIDMyIGJ5dGVzLi4=";
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
    let sealed_with = |key: &str| Binary::new().with("LATCHKEY_DATABASE", &database).with("LATCHKEY_SEALING_KEY", key);
    let published = |binary: &Binary| {
        let server = binary.serve();
        let keys = server.get("/.well-known/jwks.json", "").is(200).json();
        server.stop();
        keys
    };
    let keys = published(&sealed_with(FIRST));
    sealed_with(SECOND).refusal(&["serve"]);
    assert_eq!(published(&sealed_with(SECOND).with("LATCHKEY_PREVIOUS_SEALING_KEY", FIRST)), keys);
    assert_eq!(published(&sealed_with(SECOND)), keys, "the first is needed no more");
    sealed_with(FIRST).refusal(&["serve"]);

    let binary = sealed_with(THIRD);
    let file = binary.file("second", &format!("{SECOND}\n"));
    let binary = binary.with("LATCHKEY_PREVIOUS_SEALING_KEY_FILE", file.to_str().unwrap());
    assert_eq!(published(&binary), keys);
    assert_eq!(published(&sealed_with(THIRD)), keys);
    let line = binary.with("LATCHKEY_PREVIOUS_SEALING_KEY", SECOND).refusal(&["serve"]);
    assert_eq!(line, "set LATCHKEY_PREVIOUS_SEALING_KEY or LATCHKEY_PREVIOUS_SEALING_KEY_FILE, and not both");
}

fn set_up(token: &str, email: &str) -> Value {
    json!({ "token": token, "organization": "Northwind", "email": email, "password": PASSWORD })
}

#[test]
fn the_command_line_creates_links() {
    let binary = Binary::new().with("LATCHKEY_PUBLIC_URL", "https://keys.example.com/");
    let mut server = binary.serve();
    let token = server.set_up_token();
    server.call("/api/set-up", "", &set_up(&token, "ana@example.com")).is(200);
    server.stop();

    let line = binary.printed(&["organization", "create"]);
    let token = line.strip_prefix("Create the organization at https://keys.example.com/set-up#").unwrap_or(&line);
    let server = binary.serve();
    server.call("/api/set-up", "", &set_up(token, "eve@example.com")).is(200);
    server.stop();

    let line = binary.printed(&["reset-password", "ana@example.com"]);
    assert!(line.starts_with("Choose a new password at https://keys.example.com/reset-password#"), "{line}");
    let line = binary.refusal(&["reset-password", "absent@example.com"]);
    assert_eq!(line, "there is no member with this e-mail address");
}

#[test]
fn the_command_line_rotates_signing_keys() {
    let binary = Binary::new();
    let published = |binary: &Binary| {
        let server = binary.serve();
        let keys = server.get("/.well-known/jwks.json", "").is(200).json();
        server.stop();
        keys["keys"].as_array().unwrap().clone()
    };
    let first = published(&binary);
    assert_eq!(first.len(), 1);
    binary.printed(&["rotate-signing-keys"]);
    let both = published(&binary);
    assert_eq!((both.len(), &both[1]), (2, &first[0]));
    binary.printed(&["rotate-signing-keys", "--ending-all-tokens"]);
    let last = published(&binary);
    assert_eq!(last.len(), 1);
    assert!(!both.contains(&last[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_signing_key_in_the_database_is_logged_and_ignored() {
    let binary = Binary::new();
    binary.serve().stop();
    let url = format!("sqlite://{}", binary.database().display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let made_up = "INSERT INTO signing_keys VALUES ('made up', 'ES256', 'AAAA', 0, 9000000000000000), (x'00', x'00', x'00', 'a', 'b')";
    database.execute(made_up).await.unwrap();
    database.close().await.unwrap();
    let server = binary.serve();
    let keys = server.get("/.well-known/jwks.json", "").is(200).json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    let log = server.logged();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("signing_keys")).collect();
    assert_eq!(lines.len(), 2, "one for each row: {log}");
    assert!(lines.iter().any(|line| line.contains("made up")), "{log}");
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn sigterm_starts_a_drain() {
    let binary = Binary::new().with("LATCHKEY_DRAIN", "2");
    let server = binary.serve();
    server.get("/readyz", "").is(200);
    server.tell_to_stop();
    while server.get("/readyz", "").status == 200 {}
    server.get("/readyz", "").is(503);
    server.get("/livez", "").is(200);
    server.get("/api/v1/ping", "Bearer x").is(401);
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_second_signal_stops_at_once() {
    let binary = Binary::new().with("LATCHKEY_DRAIN", "60");
    let server = binary.serve();
    server.tell_to_stop();
    while server.get("/readyz", "").status == 200 {}
    server.tell_to_stop();
    assert_eq!(server.wait(), Some(0));
}
