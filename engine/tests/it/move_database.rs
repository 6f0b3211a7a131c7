//! Moving an installation from one database to another.

use std::collections::BTreeSet;

use latchkey_engine::{
    Settings,
    operations::move_database::{MoveError, Moved, move_database},
};
use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey, Kind, ListAccessKeys},
    member::Role,
    scope::DefineScope,
};

use crate::support::{
    ADDRESS, Closed, Latchkey, creation,
    database::{dump, run},
    key_pairs::pair,
    password, proof_of, sealing_key,
    tokens::{is_good, token},
};

/// Tables that are not moved.
const NOT_SHARED: [&str; 4] = ["_sqlx_migrations", "change_counter", "changes", "nodes"];

fn is_shared(table: &str) -> bool {
    !NOT_SHARED.contains(&table) && !table.starts_with("access_key_") && !table.starts_with("sqlite_")
}

/// Inserts rows in every table, with texts whose order depends on the collation.
async fn fill(latchkey: &Latchkey) -> (CreatedAccessKey, String) {
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    latchkey.member(&ana, "ben@example.com", Role::Member).await;
    latchkey.engine.people.invite(&administrator, "cy@example.com", Role::Administrator).await.unwrap();
    latchkey.engine.people.make_set_up_link().await.unwrap();
    for name in ["orders:read", "Orders:Read", "orders_read", "a", "Z"] {
        let scope = DefineScope { name: name.to_owned(), description: "\u{e9}, \u{1f511}, '; --".to_owned() };
        latchkey.engine.keys.define_scope(&administrator, &scope).await.unwrap();
    }
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP \u{1f511} \"quoted\"").await;
    let public_key = Some(pair().public);
    let by_pair = CreateAccessKey { public_key, ..creation(Kind::OAuthClient, "pair") };
    latchkey.engine.keys.create(&administrator, &by_pair).await.unwrap();
    let deleted = latchkey.create(&ana, Kind::ApiKey, "old").await;
    latchkey.engine.keys.delete(&administrator, &deleted.key.id, "old").await.unwrap();
    for number in 0..1_100 {
        latchkey.create(&ana, Kind::ApiKey, &format!("Key {number}")).await;
    }
    let revoked = token(latchkey, &client).await;
    latchkey.engine.oauth.revoke_token(&proof_of(&client), &revoked, ADDRESS).await.unwrap();
    run(&latchkey.database, "INSERT INTO used_assertions VALUES ('lk_oc_1', 'a', 9000000000000)").await;
    run(&latchkey.database, "INSERT INTO used_assertions VALUES ('lk_oc_1', 'B', 9000000000000)").await;
    let good = token(latchkey, &client).await;
    (client, good)
}

fn is_equal(moved: &Moved) -> bool {
    moved.tables.iter().all(|table| table.equal && table.rows == table.moved)
}

async fn shared_rows(database: &str) -> BTreeSet<(String, usize)> {
    let tables = dump(database).await.into_iter().filter(|(table, _)| is_shared(table));
    tables.map(|(table, rows)| (table, rows.len())).collect()
}

/// Moves an installation to a second database, repeats that, and moves it to a third.
async fn moves(from: Latchkey, to: Latchkey, third: Latchkey) {
    let (client, token) = fill(&from).await;
    let (from, to, third) = (from.close().await, to.close().await, third.close().await);
    for target in [&to, &third] {
        for table in ["signing_keys", "installation"] {
            run(&target.database, format!("DELETE FROM {table}")).await;
        }
    }
    let moved = move_database(&from.database, &to.database).await.unwrap();
    assert!(moved.copied && is_equal(&moved), "{moved:?}");
    let reported: BTreeSet<_> =
        moved.tables.iter().map(|table| (table.name.to_owned(), usize::try_from(table.rows).unwrap())).collect();
    assert_eq!(reported, shared_rows(&from.database).await, "every table is moved");
    assert_eq!(reported, shared_rows(&to.database).await);
    assert!(reported.iter().all(|(_, rows)| *rows > 0), "no table is empty: {reported:?}");

    let again = move_database(&from.database, &to.database).await.unwrap();
    assert!(!again.copied && is_equal(&again), "{again:?}");
    let onward = move_database(&to.database, &third.database).await.unwrap();
    assert!(onward.copied && is_equal(&onward), "{onward:?}");

    run(&to.database, "UPDATE scopes SET description = 'other' WHERE name = 'Z'").await;
    let before = dump(&to.database).await;
    let refused = move_database(&from.database, &to.database).await.unwrap_err();
    assert!(matches!(refused, MoveError::Differs("scopes")), "{refused}");
    assert_eq!(dump(&to.database).await, before);
    works(third, &client, &token).await;
}

/// Checks a moved installation, with the sealing key that every database of these tests has.
async fn works(moved: Closed, client: &CreatedAccessKey, earlier: &str) {
    let moved = moved.open_with(with_the_sealing_key).await;
    assert!(is_good(&moved, earlier).await, "earlier tokens stay valid");
    let later = token(&moved, client).await;
    assert!(is_good(&moved, &later).await);
    let caller = moved.engine.people.sign_in("ana@example.com", &password(), None, ADDRESS).await.unwrap();
    let ana = moved.caller(&caller).await;
    // The client is the oldest of more than a thousand keys: the text index finds it.
    for (kind, text, found) in [(Kind::ApiKey, "key 7", 111), (Kind::OAuthClient, "\u{1f511} \"quo", 1)] {
        let request =
            ListAccessKeys { kind, cursor: None, limit: Some(200), search: Some(text.to_owned()), status: None };
        let mut names = Vec::new();
        let mut cursor = None;
        loop {
            let page = ListAccessKeys { cursor, ..request.clone() };
            let page = moved.engine.keys.list(&ana, &page).await.unwrap();
            names.extend(page.keys.into_iter().map(|key| key.name));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(names.len(), found, "{text}");
    }
}

fn with_the_sealing_key(settings: Settings) -> Settings {
    Settings { sealing_key: Some(sealing_key()), ..settings }
}

async fn sqlite_with_the_sealing_key() -> Latchkey {
    let latchkey = Latchkey::on_sqlite_in_memory().await;
    run(&latchkey.database, "DELETE FROM signing_keys").await;
    latchkey.restart_with(with_the_sealing_key).await
}

#[tokio::test]
async fn an_installation_moves_to_postgresql_and_back() {
    let Some(to) = Latchkey::on_postgres().await else { return };
    moves(sqlite_with_the_sealing_key().await, to, Latchkey::on_sqlite_in_memory().await).await;
}

#[tokio::test]
async fn an_installation_moves_from_postgresql_and_back() {
    let Some(from) = Latchkey::on_postgres().await else { return };
    let Some(third) = Latchkey::on_postgres().await else { return };
    moves(from, Latchkey::on_sqlite_in_memory().await, third).await;
}

#[tokio::test]
async fn a_database_in_use_is_not_moved() {
    let Some(postgres) = Latchkey::on_postgres().await else { return };
    let sqlite = Latchkey::on_sqlite().await;
    let refused = move_database(&sqlite.database, &postgres.database).await.unwrap_err();
    assert!(refused.to_string().contains("in use by another latchkey process"), "{refused}");
    let sqlite = sqlite.close().await;
    for (from, to) in [(&sqlite.database, &postgres.database), (&postgres.database, &sqlite.database)] {
        let refused = move_database(from, to).await.unwrap_err();
        assert!(matches!(&refused, MoveError::Served(nodes) if nodes == "berlin-1"), "{refused}");
    }
}

#[tokio::test]
async fn the_source_must_be_a_latchkey_database() {
    let Some(postgres) = Latchkey::on_postgres().await else { return };
    let postgres = postgres.close().await;
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite://{}", folder.path().join("missing.db").display());
    let refused = move_database(&missing, &postgres.database).await.unwrap_err();
    assert!(matches!(refused, MoveError::File(_)), "{refused}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is created");
    let refused = move_database(&postgres.database, &postgres.database).await.unwrap_err();
    assert!(matches!(refused, MoveError::Same), "{refused}");
    let refused = move_database("mysql://localhost/a", &postgres.database).await.unwrap_err();
    assert!(matches!(refused, MoveError::Database(_)), "{refused}");
    let Some(empty) = crate::support::new_postgres_database().await else { return };
    let refused = move_database(&empty, &missing).await.unwrap_err();
    assert!(matches!(refused, MoveError::Foreign), "{refused}");
    assert!(dump(&empty).await.is_empty(), "no table is created");
}
