//! What is reported when PostgreSQL, or a pooler in front of it, does not do what Latchkey needs.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt, chown},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::json;
use tempfile::TempDir;

use crate::support::{PASSWORD, binary::Binary, postgres, shared::skip::skip};

const SEALING_KEY: &str = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

fn binary(database: &str) -> Binary {
    Binary::new().with("LATCHKEY_DATABASE", database).with("LATCHKEY_SEALING_KEY", SEALING_KEY)
}

/// Runs a server that refuses TLS, and answers the start of each session with an error. Returns its port.
fn refusing_server(code: &'static str, message: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = refuse(stream.unwrap(), code, message);
        }
    });
    port
}

fn refuse(mut stream: TcpStream, code: &str, message: &str) -> std::io::Result<()> {
    const TLS: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    if head == TLS {
        stream.write_all(b"N")?;
        stream.read_exact(&mut head)?;
    }
    let fields = format!("SFATAL\0VFATAL\0C{code}\0M{message}\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
    stream.write_all(&[&b"E"[..], &length, fields.as_bytes()].concat())?;
    // Waits until the other side has read it.
    let _ = stream.read_to_end(&mut Vec::new());
    Ok(())
}

#[test]
fn the_reason_why_a_database_cannot_be_opened_is_in_the_message() {
    let login = refusing_server("28P01", "password authentication failed for user \"latchkey\"");
    let unknown = refusing_server("3D000", "database \"keys\" does not exist");
    let full = refusing_server("53300", "sorry, too many clients already");
    let parameter = refusing_server("08P01", "unsupported startup parameter: extra_float_digits");
    let local = |port: u16| format!("postgres://latchkey:hunter2@127.0.0.1:{port}/keys");
    for (database, words) in [
        (local(1), "connection refused"),
        (local(login), "it refuses the login: password authentication failed"),
        (local(unknown), "\"keys\" does not exist"),
        (local(full), "it has no connection left: sorry, too many clients already"),
        (local(parameter), "ignore_startup_parameters"),
        (format!("{}?sslmode=require", local(login)), "no TLS connection could be made"),
        ("postgres://latchkey:hunter2@nowhere.invalid/keys".to_owned(), "its host name cannot be resolved"),
        ("postgres://latchkey:hunter2@127.0.0.1:1/keys?host=/nowhere".to_owned(), "no socket or certificate"),
    ] {
        let line = binary(&database).refusal(&["serve"]);
        assert!(line.starts_with("the database cannot be opened: ") && line.contains(words), "{database}: {line}");
        assert!(!line.contains("hunter"), "{line}");
    }
}

/// A `PgBouncer` in front of a database's server. It stops on drop.
struct Pooler {
    child: Child,
    folder: TempDir,
}

impl Pooler {
    /// Returns `None` if `PgBouncer` is not installed. The test must then return: it is skipped.
    fn before(database: &str, mode: &str) -> Option<Self> {
        let found = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].into_iter().find(|path| Path::new(path).exists());
        let Some(program) = found else {
            skip("PgBouncer is not installed (scripts/setup-test.sh installs it)");
            return None;
        };
        let url = url::Url::parse(database).unwrap();
        let host = url.query_pairs().find(|(name, _)| name == "host").unwrap().1.into_owned();
        let folder = tempfile::Builder::new().prefix("pooler").tempdir_in("/tmp").unwrap();
        let path = folder.path().display();
        let configuration = format!(
            "[databases]\n* = host={host} user=postgres\n[pgbouncer]\nlisten_port = 5432\nunix_socket_dir = {path}\nauth_type = any\n\
             pool_mode = {mode}\nignore_startup_parameters = extra_float_digits\ndefault_pool_size = 30\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, configuration).unwrap();
        // `PgBouncer` does not run as root.
        let mut command = if postgres::is_root() {
            // The user of the cluster may reach its socket.
            let owner = std::fs::metadata(&host).unwrap();
            let (user, group) = (owner.uid(), owner.gid());
            chown(folder.path(), Some(user), Some(group)).unwrap();
            chown(&file, Some(user), Some(group)).unwrap();
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups", program]);
            command
        } else {
            Command::new(program)
        };
        let child = command.arg(&file).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self { child, folder };
        let socket = pooler.folder.path().join(".s.PGSQL.5432");
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            thread::yield_now();
        }
        Some(pooler)
    }

    fn url(&self, database: &str) -> String {
        let mut url = url::Url::parse(database).unwrap();
        url.query_pairs_mut().clear().append_pair("host", self.folder.path().to_str().unwrap());
        url.into()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_pooler_in_transaction_mode_is_refused_and_one_in_session_mode_serves() {
    let Some(database) = postgres::new_database().await else { return };
    for mode in ["transaction", "statement"] {
        let Some(pooler) = Pooler::before(&database, mode) else { return };
        let line = binary(&pooler.url(&database)).refusal(&["serve"]);
        assert!(line.contains("transaction mode") && line.contains("pool_mode = session"), "{mode}: {line}");
    }
    let Some(pooler) = Pooler::before(&database, "session") else { return };
    let binary = binary(&pooler.url(&database));
    let mut server = binary.serve();
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    let create = json!({ "kind": "api_key", "name": "WMS" });
    let created = server.call("/api/access-keys/create", &ana, &create).is(200).json();
    for status in ["active", "inactive", "active"] {
        let set = json!({ "id": created["key"]["id"], "status": status });
        let set = server.call("/api/access-keys/set-status", &ana, &set).is(200).json();
        assert_eq!((set["applied"].as_array().unwrap().len(), &set["pending"]), (1, &json!([])));
    }
    server.get("/api/v1/ping", &format!("Bearer {}", created["secret"].as_str().unwrap())).is(200);
}

#[tokio::test]
async fn a_read_only_database_is_reported_everywhere() {
    let Some(database) = postgres::new_database().await else { return };
    let first = binary(&database);
    let mut server = first.serve();
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    server.call("/api/set-up", "", &set_up).is(200);
    server.stop();
    let read_only = format!("{database}&options=-c%20default_transaction_read_only%3Don");
    let second = binary(&read_only).with_metrics();
    let server = second.serve();
    let ready = server.get("/readyz", "").is(200);
    assert_eq!(ready.text, "ready, read_only\n");
    let sign_in = json!({ "email": "ana@example.com", "password": PASSWORD });
    let refused = server.call("/api/sign-in", "", &sign_in).is(503).json();
    assert_eq!(refused["type"], "urn:latchkey:problem:read-only");
    assert!(refused["detail"].as_str().unwrap().contains("read-only"), "{refused}");
    assert_eq!(server.metrics().count("latchkey_database_read_only"), 1);
    let log = server.logged();
    assert_eq!(log.matches("the database is read-only").count(), 1, "{log}");
    assert_eq!(log.lines().filter(|line| line.contains("ERROR")).count(), 0, "{log}");
}
