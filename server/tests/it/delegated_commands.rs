//! Commands sent to a server that has the SQLite database open.

use std::{
    fs,
    io::Write,
    os::unix::{
        fs::{FileTypeExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::PathBuf,
};

use serde_json::{Value, json};
use sqlx::{Connection, Row, SqliteConnection};

use crate::support::{PASSWORD, binary::Binary, console::Console};

const NEW_PASSWORD: &str = "tangerine-41-staple-lamp";

fn socket(binary: &Binary) -> PathBuf {
    binary.folder.path().join("data/latchkey.db.sock")
}

fn key_ids(console: &Console) -> Vec<Value> {
    let keys = console.server.get("/.well-known/jwks.json", "").is(200).json();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect()
}

#[test]
fn a_running_server_creates_links_and_rotates_keys() {
    let binary = Binary::new().with_administrator();
    let console = Console::open(&binary);
    let mut links = Vec::new();

    let line = binary.printed(&["organization", "create"]);
    let token = line.strip_prefix("Create the organization at http://keys.example.com/set-up#").unwrap_or(&line);
    let set_up =
        json!({ "token": token, "organization": "Southwind", "email": "eve@example.com", "password": PASSWORD });
    console.server.call("/api/set-up", "", &set_up).is(200);
    links.push(token.to_owned());

    let line = binary.printed(&["reset-password", "ana@example.com"]);
    let token = line.strip_prefix("Choose a new password at http://keys.example.com/reset-password#").unwrap_or(&line);
    console.server.call("/api/reset-password", "", &json!({ "token": token, "new": NEW_PASSWORD })).is(200);
    links.push(token.to_owned());
    console.call("/api/session", &json!({})).is(401);
    let line = binary.refusal(&["reset-password", "absent@example.com"]);
    assert_eq!(line, "there is no member with this e-mail address");

    let first = key_ids(&console);
    let line = binary.printed(&["rotate-signing-keys"]);
    assert_eq!(line, "The next signing key is created; it starts to sign in ten minutes.");
    let both = key_ids(&console);
    assert_eq!((first.len(), both.len(), &both[1]), (1, 2, &first[0]));
    binary.printed(&["rotate-signing-keys", "--ending-all-tokens"]);
    let last = key_ids(&console);
    assert!(last.len() == 1 && !both.contains(&last[0]), "{last:?}");

    let log = console.server.logged();
    assert!(links.iter().all(|link| link.len() > 20 && !log.contains(link)), "{log}");
    assert!(!log.contains("absent@example.com"), "{log}");
    assert_eq!(log.matches("ran a command for another process").count(), 4, "{log}");
    assert_eq!(console.server.stop(), (Some(0), String::new()), "the server prints no link");
    assert!(!socket(&binary).exists());
}

#[test]
fn a_recovery_link_by_a_running_server_is_audited_as_any_other() {
    let binary = Binary::new().with_administrator();
    let console = Console::open(&binary);
    binary.printed(&["reset-password", "ana@example.com"]);
    console.server.stop();
    binary.printed(&["reset-password", "ana@example.com"]);
    let records = recovery_records(&binary);
    assert_eq!(records.len(), 2);
    assert_eq!(records[0], records[1]);
}

/// Returns what the audit contains about recovery links: for whom, and who created it from where.
fn recovery_records(binary: &Binary) -> Vec<[String; 3]> {
    let url = format!("sqlite://{}", binary.database().display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let rows = sqlx::query("SELECT * FROM audit_records WHERE action = 'recovery_link_made'");
        let rows = rows.fetch_all(&mut connection).await.unwrap();
        rows.iter().map(|row| ["subject_id", "done_by", "done_from"].map(|column| row.get(column))).collect()
    })
}

#[test]
fn commands_that_need_the_database_exclusively_refuse_in_one_line() {
    let binary = Binary::new();
    let server = binary.serve();
    binary.printed(&["backup", "backup.db"]);
    for arguments in [
        &["serve"][..],
        &["restore", "backup.db", "--replace", "--keep-active"],
        &["after-restore", "--keep-active"],
        &["migrate-database", "--to", "sqlite://other.db"],
    ] {
        let line = binary.refusal(arguments);
        assert_eq!(line, "the database is in use by another latchkey process: ./data/latchkey.db", "{arguments:?}");
    }
    server.get("/readyz", "").is(200);
    let names: Vec<_> = fs::read_dir(binary.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("backup.db.")), "{names:?}");
}

#[test]
fn the_socket_is_private_and_a_killed_servers_is_replaced() {
    let binary = Binary::new().with_administrator();
    let server = binary.serve();
    let metadata = fs::symlink_metadata(socket(&binary)).unwrap();
    assert!(metadata.file_type().is_socket());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    // The server is killed.
    drop(server);
    assert!(socket(&binary).exists());
    binary.printed(&["reset-password", "ana@example.com"]);
    let server = binary.serve();
    binary.printed(&["reset-password", "ana@example.com"]);
    assert!(!server.logged().contains("cannot listen on"), "{}", server.logged());
    assert_eq!(server.stop().0, Some(0));
    assert!(!socket(&binary).exists());
}

#[test]
fn a_server_with_a_long_path_accepts_commands() {
    let binary = Binary::new();
    let folder = ["a", "b"].iter().fold(binary.folder.path().to_owned(), |path, name| path.join(name.repeat(100)));
    fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite://{}", folder.join(format!("{}.db", "n".repeat(120))).display());
    let binary = binary.with("LATCHKEY_DATABASE", &database);
    let server = binary.serve();
    assert!(binary.printed(&["organization", "create"]).contains(&format!("{}/set-up#", server.url)));
}

#[test]
fn a_blocked_socket_path_does_not_prevent_a_start() {
    let binary = Binary::new();
    binary.serve().stop();
    let path = socket(&binary);
    for obstacle in ["file", "folder", "listener"] {
        let listener = match obstacle {
            "file" => fs::write(&path, "a file").map(|()| None),
            "folder" => fs::create_dir(&path).map(|()| None),
            _ => UnixListener::bind(&path).map(Some),
        };
        let listener = listener.unwrap();
        let server = binary.serve();
        server.get("/readyz", "").is(200);
        let log = server.logged();
        let line =
            "commands such as reset-password cannot be sent to this server: cannot listen on ./data/latchkey.db.sock";
        assert_eq!(log.matches(line).count(), 1, "{obstacle}: {log}");
        fs::remove_file(&server.log).unwrap();
        if obstacle != "listener" {
            let line = binary.refusal(&["organization", "create"]);
            let expected =
                "the database is in use by another latchkey process, which accepts no commands: ./data/latchkey.db: ";
            assert!(line.starts_with(expected), "{obstacle}: {line}");
        }
        assert_eq!(server.stop().0, Some(0));
        assert!(path.exists(), "{obstacle}: it is not ours to remove");
        drop(listener);
        if obstacle == "folder" { fs::remove_dir(&path).unwrap() } else { fs::remove_file(&path).unwrap() }
    }
}

#[test]
fn malformed_clients_only_lose_their_connection() {
    let binary = Binary::new();
    let server = binary.serve();
    let mut clients: Vec<UnixStream> = (0..12).map(|_| UnixStream::connect(socket(&binary)).unwrap()).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        // Some send nothing, some too much, and some only half of a request.
        let said: &[u8] = [&b""[..], &[b'{'; 3000], br#"{"command":"reset-pass"#][number % 3];
        let _ = client.write_all(said);
    }
    assert!(binary.printed(&["organization", "create"]).starts_with("Create the organization at "));
    drop(clients);
    server.get("/readyz", "").is(200);
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn options_that_a_running_server_ignores_are_named() {
    let binary = Binary::new();
    let server = binary.serve();
    let output = binary.run(&["organization", "create", "--public-url", "https://other.example"]);
    let (line, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(line.contains(&server.url) && !line.contains("other.example"), "{line}");
    assert!(log.contains("--public-url is not used: the running server has its own settings"), "{log}");
}
