use std::{fs, os::unix::fs::PermissionsExt, sync::Arc};

use latchkey_engine::{
    DatabaseError, DatabaseUrlError, OpenError, Settings, StorageError, SystemClock, keys::CreateAccessKeyError,
    signing::SigningKeysError,
};
use latchkey_model::access_key::Kind;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::support::{Latchkey, creation, database::run, settings};

on_both_databases! {
    only_the_owner_can_read_the_database_files
    a_newer_database_is_refused
    another_sealing_key_is_refused
}

async fn open(settings: Settings) -> Result<(), OpenError> {
    let engine = latchkey_engine::Engine::open(settings, Arc::new(SystemClock), Arc::new(latchkey_engine::OsRandom));
    engine.await.map(|_| ())
}

async fn only_the_owner_can_read_the_database_files(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    for file in fs::read_dir(latchkey.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

async fn a_newer_database_is_refused(latchkey: Latchkey) {
    let Latchkey { engine, database, folder, .. } = latchkey;
    engine.close().await;
    drop(engine);
    let newer = "UPDATE _sqlx_migrations SET version = version + 9998";
    run(&database, newer).await;
    let refused = open(settings(&database)).await.unwrap_err();
    assert!(matches!(refused, OpenError::Database(DatabaseError::Newer)), "{refused}");
    assert_eq!(refused.to_string().lines().count(), 1);
    drop(folder);
}

async fn another_sealing_key_is_refused(latchkey: Latchkey) {
    let Latchkey { engine, database, folder, .. } = latchkey;
    engine.close().await;
    drop(engine);
    let other = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".parse().unwrap();
    let refused = open(Settings { sealing_key: Some(other), ..settings(&database) }).await;
    assert!(matches!(refused, Err(OpenError::SigningKeys(SigningKeysError::WrongSealingKey))));
    drop(folder);
}

#[tokio::test]
async fn a_database_locked_by_another_program_refuses_changes_and_recovers() {
    let latchkey = Latchkey::on_sqlite().await;
    let ana = latchkey.administrator("ana@example.com").await;
    let administrator = ana.administrator().unwrap();
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    assert!(latchkey.accepts(&key).await);
    let mut other_program = SqliteConnection::connect(&latchkey.database).await.unwrap();
    other_program.execute("BEGIN IMMEDIATE").await.unwrap();
    let refused = latchkey.engine.keys.create(&administrator, &creation(Kind::ApiKey, "TMS")).await;
    assert!(matches!(refused, Err(CreateAccessKeyError::Storage(StorageError::Unavailable(_)))), "{refused:?}");
    assert!(latchkey.accepts(&key).await, "calls with a valid key still succeed");
    other_program.execute("ROLLBACK").await.unwrap();
    latchkey.create(&ana, Kind::ApiKey, "TMS").await;
    assert_eq!(crate::listing::all(&latchkey, &ana, Kind::ApiKey).await.len(), 2);
}

#[tokio::test]
async fn a_second_process_is_refused_on_sqlite() {
    let latchkey = Latchkey::on_sqlite().await;
    let refused = open(settings(&latchkey.database)).await;
    assert!(matches!(refused, Err(OpenError::Database(DatabaseError::InUse(_)))));
}

#[tokio::test]
async fn a_missing_folder_is_reported_in_one_line() {
    let refused = open(settings("sqlite:///nowhere/at/all/latchkey.db")).await.unwrap_err();
    assert_eq!(refused.to_string(), "the folder of the database does not exist: /nowhere/at/all");
}

#[tokio::test]
async fn an_unsupported_kind_of_database_is_refused() {
    let refused = open(settings("mysql://localhost/latchkey")).await;
    assert!(matches!(refused, Err(OpenError::Database(DatabaseError::Url(DatabaseUrlError::UnknownKind)))));
}

#[tokio::test]
async fn postgresql_without_a_sealing_key_is_refused() {
    let Some(latchkey) = Latchkey::on_postgres().await else { return };
    latchkey.engine.close().await;
    let refused = open(Settings { sealing_key: None, ..settings(&latchkey.database) }).await;
    assert!(matches!(refused, Err(OpenError::SealingKey(_))));
}

#[tokio::test]
async fn special_characters_in_the_path_have_no_meaning() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("a b, 100% (c)=+é.db").display());
    open(settings(&database)).await.unwrap();
    assert!(folder.path().join("a b, 100% (c)=+é.db").exists());
}

#[tokio::test]
async fn a_refused_url_creates_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    for text in [
        format!("sqlite://{}?mode=rwc", path.display()),
        format!("sqlite://{}#frag", path.display()),
        format!("sqlite://{} ", path.display()),
        format!("sqlite:{}", path.display()),
        format!("\"sqlite://{}\"", path.display()),
        format!("file:{}", path.display()),
        path.display().to_string(),
    ] {
        let refused = open(settings(&text)).await.unwrap_err();
        assert!(matches!(refused, OpenError::Database(DatabaseError::Url(_))), "{text}: {refused}");
        assert_eq!(refused.to_string().lines().count(), 1, "{refused}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// While nodes are upgraded one by one, the previous version runs on the schema of the next one.
#[test]
fn migrations_remove_nothing_that_the_previous_version_uses() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let files = ["", "sqlite", "postgres"].map(|name| fs::read_dir(folder.join(name)).unwrap());
    let mut checked = 0;
    for file in files.into_iter().flatten().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        // The first two are older than the first version.
        if !file.is_file() || name < "0003" {
            continue;
        }
        let sql = fs::read_to_string(&file).unwrap().to_uppercase();
        for removal in ["DROP ", "RENAME ", "ALTER COLUMN", "ADD CONSTRAINT", "DELETE FROM"] {
            assert!(!sql.contains(removal), "{name}: {removal}");
        }
        checked += 1;
    }
    assert!(checked > 0);
}
