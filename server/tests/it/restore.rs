//! `latchkey restore` and `latchkey after-restore`.

use std::process::Command;

use serde_json::json;

use crate::support::{binary::Binary, console::Console, postgres};

const SEALING_KEY: &str = "Zmlyc3Qgc2VhbGluZyBrZXksIG9mIDMyIGJ5dGVzLi4=";
const OTHER_SEALING_KEY: &str = "c2Vjb25kIHNlYWxpbmcga2V5IG9mIDMyIGJ5dGVzLi4=";

/// Credentials that were valid when the backup was made, and were revoked after it.
struct Ended {
    binary: Binary,
    api_key: (String, String),
    token: String,
    cookie: String,
}

impl Ended {
    /// With its backup.
    fn new(binary: Binary) -> Self {
        Self::after(binary, |binary| {
            binary.printed(&["backup", "backup.db"]);
        })
    }

    /// The server is stopped; what creates the backup runs while it serves.
    fn after(binary: Binary, back_up: impl FnOnce(&Binary)) -> Self {
        let binary = binary.with_administrator();
        let console = Console::open(&binary);
        let api_key = console.create_active("api_key", "WMS");
        let client = console.create_active("oauth_client", "ERP");
        let token = console.token(&client);
        assert_eq!((console.ping(&api_key.1), console.ping(&token)), (200, 200));
        back_up(&binary);
        console.set_status(&api_key.0, "inactive");
        console.set_status(&client.0, "inactive");
        let Console { server, cookie } = console;
        server.call("/api/sign-out", &cookie, &json!({})).is(200);
        assert_eq!(server.stop().0, Some(0));
        Self { binary, api_key, token, cookie }
    }

    /// Returns what calls with the key and the token get, and whether the session is valid.
    fn revived(&self) -> (u16, u16, bool) {
        let console = Console::open(&self.binary);
        let session = console.server.call("/api/session", &self.cookie, &json!({})).status;
        let is_key_active = console.status(&self.api_key.0) == "active";
        let (key, token) = (console.ping(&self.api_key.1), console.ping(&self.token));
        assert_eq!(is_key_active, key == 200);
        console.server.stop();
        (key, token, session == 200)
    }
}

#[test]
fn a_restored_backup_revives_nothing() {
    let ended = Ended::new(Binary::new());
    assert_eq!(ended.revived(), (401, 401, false));
    let printed = ended.binary.printed(&["restore", "backup.db", "--replace", "--deactivate-all"]);
    for line in [
        "./data/latchkey.db is restored from backup.db.",
        "The previous database is kept as ./data/latchkey.db.before-restore.",
        "All access tokens are invalid now (OAuth clients: 1). Ended sessions: 1, one-time links: 0. \
         A new signing key is created.",
        "Deactivated keys: 2.",
    ] {
        assert!(printed.lines().any(|printed| printed == line), "{line}\n{printed}");
    }
    assert_eq!(ended.revived(), (401, 401, false));
}

#[test]
fn keys_may_stay_active_while_tokens_end_and_tokens_may_be_kept() {
    let ended = Ended::new(Binary::new());
    let printed = ended.binary.printed(&["restore", "backup.db", "--replace", "--keep-active"]);
    assert!(printed.contains("Active keys, unchanged: 2."), "{printed}");
    assert_eq!(ended.revived(), (200, 401, false));
    std::fs::remove_file(ended.binary.database()).unwrap();
    ended.binary.printed(&["restore", "backup.db", "--keep-active", "--keep-tokens"]);
    assert_eq!(ended.revived(), (200, 200, true));
}

#[test]
fn without_a_terminal_the_decision_must_be_an_option() {
    let ended = Ended::new(Binary::new());
    for arguments in [&["restore", "backup.db", "--replace"][..], &["after-restore"]] {
        let line = ended.binary.refusal(arguments);
        assert!(line.contains("--deactivate-all") && line.contains("--keep-active"), "{line}");
    }
    assert_eq!(ended.revived(), (401, 401, false), "nothing was restored");
}

#[test]
fn on_a_terminal_the_operator_is_asked() {
    for (answer, key) in [("y\n", 401), ("\n", 200), ("n\n", 200)] {
        let ended = Ended::new(Binary::new());
        let output = ended.binary.run_on_terminal(&["restore", "backup.db", "--replace"], answer);
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{printed}");
        assert!(printed.contains("Active keys in the backup: 2."), "{printed}");
        assert!(printed.contains("Deactivate all active keys? [y/N]"), "{printed}");
        assert_eq!(ended.revived(), (key, 401, false), "{answer:?}");
    }
    let ended = Ended::new(Binary::new());
    let output = ended.binary.run_on_terminal(&["restore", "backup.db", "--replace"], "\u{4}");
    assert_eq!(output.status.code(), Some(1), "who has not answered has not agreed");
    assert_eq!(ended.revived(), (401, 401, false), "nothing was restored");
}

#[test]
fn a_failed_restore_is_one_clear_line() {
    let binary = Binary::new();
    let server = binary.serve();
    binary.printed(&["backup", "backup.db"]);
    let restore = ["restore", "backup.db", "--keep-active"];
    let line = binary.refusal(&restore);
    assert_eq!(line, "the database is in use by another latchkey process: ./data/latchkey.db");
    assert_eq!(server.stop().0, Some(0));
    let line = binary.refusal(&restore);
    assert_eq!(
        line,
        "there is a database already: ./data/latchkey.db; with --replace it is kept as ./data/latchkey.db.before-restore"
    );
    let file = |name: &str, text: &str| binary.file(name, text);
    file("text", "no database");
    let line = binary.refusal(&["restore", "text", "--replace", "--keep-active"]);
    assert_eq!(line, "text is not a database of latchkey");
    let line = binary.refusal(&["restore", "nowhere", "--replace", "--keep-active"]);
    assert_eq!(line, "there is no file nowhere");
    let postgres = Binary::new().with("LATCHKEY_DATABASE", "postgres://latchkey:hunter2@127.0.0.1:1/latchkey");
    let line = postgres.refusal(&restore);
    assert!(line.starts_with("PostgreSQL is restored by pg_restore"), "{line}");
}

#[test]
fn a_missing_or_wrong_sealing_key_is_reported() {
    let ended = Ended::new(Binary::new().with("LATCHKEY_SEALING_KEY", SEALING_KEY));
    let restore = ["restore", "backup.db", "--replace", "--keep-active"];
    let binary = ended.binary.without("LATCHKEY_SEALING_KEY");
    let line = binary.refusal(&restore);
    assert!(line.starts_with("the sealing key that belongs to the backup is missing: put it into ./data/latchkey.key"));
    assert!(!binary.folder.path().join("data/latchkey.key").exists());
    let binary = binary.with("LATCHKEY_SEALING_KEY", OTHER_SEALING_KEY);
    let line = binary.refusal(&restore);
    assert!(line.starts_with("the sealing key does not belong to the backup"), "{line}");
    binary.printed(&["restore", "backup.db", "--replace", "--keep-active", "--forget-signing-keys"]);
    let ended = Ended { binary, ..ended };
    assert_eq!(ended.revived(), (200, 401, false));
}

/// Runs a command that must succeed.
#[track_caller]
fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn after_restore_works_with_postgresql() {
    let Some(database) = postgres::new_database().await else { return };
    let Some(pg_dump) = postgres::program("pg_dump") else { return };
    let Some(pg_restore) = postgres::program("pg_restore") else { return };
    tokio::task::spawn_blocking(move || {
        let dump = tempfile::tempdir().unwrap();
        let dump = dump.path().join("latchkey.dump");
        let file = format!("--file={}", dump.display());
        let binary = Binary::new().with("LATCHKEY_DATABASE", &database).with("LATCHKEY_SEALING_KEY", SEALING_KEY);
        let ended = Ended::after(binary, |_| {
            succeed(Command::new(&pg_dump).args(["--format=custom", "--exclude-table-data=nodes", &file, &database]));
        });
        assert_eq!(ended.revived(), (401, 401, false));
        let target = format!("--dbname={database}");
        let options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", &target];
        succeed(Command::new(&pg_restore).args(options).arg(&dump));
        assert_eq!(ended.revived(), (200, 200, true), "all of it has come back");

        let binary = ended.binary.without("LATCHKEY_SEALING_KEY").with("LATCHKEY_SEALING_KEY", OTHER_SEALING_KEY);
        let line = binary.refusal(&["after-restore", "--keep-active"]);
        assert!(line.contains("--forget-signing-keys"), "{line}");
        let binary = binary.without("LATCHKEY_SEALING_KEY").with("LATCHKEY_SEALING_KEY", SEALING_KEY);
        let ended = Ended { binary, ..ended };
        ended.binary.printed(&["after-restore", "--keep-active"]);
        assert_eq!(ended.revived(), (200, 401, false));
        let printed = ended.binary.printed(&["after-restore", "--deactivate-all"]);
        assert!(printed.contains("Deactivated keys: 2."), "{printed}");
        assert_eq!(ended.revived(), (401, 401, false));
        let console = Console::open(&ended.binary);
        let details = console.call("/api/access-keys/get", &json!({ "id": ended.api_key.0 })).is(200).json();
        let latest = &details["history"][0];
        assert_eq!((&latest["action"], &latest["by"]), (&json!("deactivated"), &json!("latchkey")));
    })
    .await
    .unwrap();
}
