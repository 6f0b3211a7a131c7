//! `latchkey backup`.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{binary::Binary, console::Console};

#[test]
fn a_database_in_use_can_be_backed_up() {
    let binary = Binary::new().with_administrator();
    let console = Console::open(&binary);
    console.create_active("api_key", "WMS");
    let file = binary.folder.path().join("backup.db");
    let printed = binary.printed(&["backup", "backup.db"]);
    let size = file.metadata().unwrap().len();
    assert_eq!(
        printed,
        format!(
            "backup.db is written: ./data/latchkey.db, {size} bytes, keys: 1.\n\
             The sealing key is not included. Keep a copy of it as well, in another place: ./data/latchkey.key."
        )
    );
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let sealing_key = fs::read_to_string(binary.folder.path().join("data/latchkey.key")).unwrap();
    assert!(!printed.contains(&sealing_key));
    let bytes = fs::read(&file).unwrap();
    let line = binary.refusal(&["backup", "backup.db"]);
    assert_eq!(line, "backup.db exists already; a backup overwrites nothing");
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(console.server.stop().0, Some(0));
}

#[test]
fn a_configured_sealing_key_is_named_as_the_one_to_keep() {
    let binary = Binary::new().with("LATCHKEY_SEALING_KEY", "Zmlyc3Qgc2VhbGluZyBrZXksIG9mIDMyIGJ5dGVzLi4=");
    binary.serve().stop();
    let printed = binary.printed(&["backup", "backup.db"]);
    assert!(printed.ends_with("Keep a copy of it as well, in another place: LATCHKEY_SEALING_KEY."), "{printed}");
}

#[test]
fn a_failed_backup_is_one_clear_line() {
    let postgres = Binary::new().with("LATCHKEY_DATABASE", "postgres://latchkey:hunter2@127.0.0.1:1/latchkey");
    let line = postgres.refusal(&["backup", "backup.db"]);
    assert_eq!(line, "PostgreSQL is backed up by pg_dump; docs/guides/backups.md says how");
    let binary = Binary::new();
    assert_eq!(binary.refusal(&["backup", "backup.db"]), "there is no file ./data/latchkey.db");
    binary.serve().stop();
    let line = binary.refusal(&["backup", "nowhere/backup.db"]);
    assert!(line.starts_with("nowhere/backup.db cannot be written: "), "{line}");
    assert!(!binary.folder.path().join("backup.db").exists());
}
