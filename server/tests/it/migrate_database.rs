//! `latchkey migrate-database`.

use std::path::Path;

use crate::support::{
    binary::Binary,
    console::Console,
    postgres::{dump, new_database},
};

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

#[tokio::test]
async fn an_installation_moves_to_postgresql_and_works_there() {
    let Some(target) = new_database().await else { return };
    let to = target.clone();
    tokio::task::spawn_blocking(move || {
        let binary = Binary::new().with_administrator();
        let console = Console::open(&binary);
        let api_key = console.create_active("api_key", "WMS");
        let client = console.create_active("oauth_client", "ERP");
        let token = console.token(&client);
        let Console { server, cookie } = console;
        let from = url(&binary.database());
        let migrate = ["migrate-database", "--from", &from, "--to", &to];
        let line = binary.refusal(&migrate);
        assert!(line.starts_with("the database is in use by another latchkey process"), "{line}");
        assert_eq!(server.stop().0, Some(0));

        let printed = binary.printed(&migrate);
        let row = |table: &str| {
            let row = printed.lines().find(|line| line.starts_with(&format!("{table} ")));
            row.unwrap_or_else(|| panic!("{printed}")).split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(row("table"), "rows moved equal");
        assert_eq!(
            (row("access_keys"), row("members"), row("sessions")),
            ("2 2 yes".into(), "1 1 yes".into(), "1 1 yes".into())
        );
        assert_eq!(printed.lines().filter(|line| line.ends_with(" yes")).count(), 13, "{printed}");
        assert!(printed.contains("LATCHKEY_SEALING_KEY"), "{printed}");
        let again = binary.printed(&migrate);
        assert!(again.ends_with("Both databases are equal; nothing was changed."), "{again}");

        let sealing_key = binary.folder.path().join("data/latchkey.key");
        let moved = Binary::new()
            .with_administrator()
            .with("LATCHKEY_DATABASE", &to)
            .with("LATCHKEY_SEALING_KEY_FILE", sealing_key.to_str().unwrap());
        let console = Console::open(&moved);
        assert_eq!((console.ping(&api_key.1), console.ping(&token)), (200, 200));
        console.server.call("/api/session", &cookie, &serde_json::json!({})).is(200);
        let line = binary.refusal(&migrate);
        assert!(line.starts_with("the PostgreSQL database is being served by "), "{line}");
        console.create_active("api_key", "made there");
        assert_eq!(console.server.stop().0, Some(0));
        let line = binary.refusal(&migrate);
        assert_eq!(
            line,
            "the database to move to is not empty and differs, first in the table member_addresses; nothing was changed"
        );
        assert!(moved.folder.path().join("data").read_dir().is_err(), "no folder is made for a database by default");
    })
    .await
    .unwrap();
    assert!(dump(&target).await.contains("made there"));
}

#[test]
fn a_failed_move_is_one_clear_line_without_a_password() {
    let binary = Binary::new();
    let from = url(&binary.database());
    let postgres = "postgres://latchkey:hunter2@127.0.0.1:1/latchkey";
    let line = binary.refusal(&["migrate-database", "--from", &from, "--to", postgres]);
    assert!(line.starts_with("there is no file "), "{line}");
    let line = binary.refusal(&["migrate-database", "--from", "mysql://a", "--to", postgres]);
    assert_eq!(line, "--from: the database must be sqlite://PATH or postgres://…");
    binary.serve().stop();
    for arguments in [["--from", &from, "--to", postgres], ["--from", postgres, "--to", &from]] {
        let line = binary.refusal(&[&["migrate-database"][..], &arguments].concat());
        assert!(!line.contains("hunter2"), "{line}");
    }
    let line = binary.refusal(&["migrate-database", "--from", "sqlite://./data/latchkey.db"]);
    assert_eq!(line, "both databases are the same");
    assert_eq!(binary.run(&["migrate-database"]).status.code(), Some(2));
}
