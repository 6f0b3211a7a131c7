//! Backups of SQLite.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use latchkey_engine::operations::backup::{BackUpError, FileError, back_up};
use latchkey_model::access_key::{Activation, Kind};

use crate::support::{
    Latchkey,
    consistency::{keys_that_differ_from_their_records, records_without_a_key},
    database::{dump, run, texts},
};

fn url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// Returns the path of a file in the folder of the database.
fn beside_database(latchkey: &Latchkey, name: &str) -> PathBuf {
    latchkey.folder.path().join(name)
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_during_changes_is_consistent() {
    let latchkey = Arc::new(Latchkey::on_sqlite_in_memory().await);
    let ana = latchkey.administrator("ana@example.com").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writers = (0..4).map(|writer| {
        let (latchkey, ana, is_over) = (latchkey.clone(), ana.clone(), is_over.clone());
        tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                let key = latchkey.create_active(&ana, Kind::ApiKey, &format!("writer {writer}")).await;
                latchkey.set_status(&ana, &key, Activation::Inactive).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut sizes = Vec::new();
    for number in 0..5 {
        while texts(&latchkey.database, "SELECT id FROM access_keys").await.len() < 5 * (number + 1) {
            tokio::task::yield_now().await;
        }
        let file = beside_database(&latchkey, &format!("backup-{number}.db"));
        let backup = back_up(&latchkey.database, &file).await.unwrap();
        assert_eq!(keys_that_differ_from_their_records(&url(&file)).await, [""; 0]);
        assert_eq!(records_without_a_key(&url(&file)).await, [""; 0]);
        assert_eq!(texts(&url(&file), "SELECT id FROM access_keys").await.len() as u64, backup.keys);
        sizes.push(backup.keys);
    }
    is_over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(sizes.is_sorted() && sizes[0] < sizes[4], "keys were created between the backups: {sizes:?}");
}

#[tokio::test]
async fn a_backup_contains_every_table_and_only_its_owner_can_read_it() {
    let latchkey = Latchkey::on_sqlite().await;
    let ana = latchkey.administrator("ana@example.com").await;
    latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let file = beside_database(&latchkey, "a b?c#d%20é.db");
    let backup = back_up(&latchkey.database, &file).await.unwrap();
    assert_eq!((backup.keys, backup.size), (1, file.metadata().unwrap().len()));
    assert_eq!(backup.sealing_key_file, Some(beside_database(&latchkey, "latchkey.key")));
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let renamed = beside_database(&latchkey, "plain.db");
    fs::rename(&file, &renamed).unwrap();
    assert_eq!(dump(&url(&renamed)).await, dump(&latchkey.database).await);
}

#[tokio::test]
async fn a_backup_never_overwrites_a_file() {
    let latchkey = Latchkey::on_sqlite().await;
    let file = beside_database(&latchkey, "backup.db");
    fs::write(&file, "what was there").unwrap();
    let before = names_in(latchkey.folder.path());
    let refused = back_up(&latchkey.database, &file).await.unwrap_err();
    assert!(matches!(&refused, BackUpError::Exists(path) if *path == file), "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "what was there");
    let refused = back_up(&latchkey.database, &beside_database(&latchkey, "latchkey.db")).await;
    assert!(matches!(refused, Err(BackUpError::Exists(_))), "not even the database itself");
    assert_eq!(names_in(latchkey.folder.path()), before, "no draft is left");
}

#[tokio::test]
async fn only_one_of_two_concurrent_backups_gets_the_file_name() {
    let latchkey = Latchkey::on_sqlite().await;
    let file = beside_database(&latchkey, "backup.db");
    let (one, other) = tokio::join!(back_up(&latchkey.database, &file), back_up(&latchkey.database, &file));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|is_ok| **is_ok).count(), 1);
    assert!(!names_in(latchkey.folder.path()).iter().any(|name| name.contains("partial")));
}

#[tokio::test]
async fn a_stopped_database_can_be_backed_up() {
    let latchkey = Latchkey::on_sqlite().await;
    latchkey.administrator("ana@example.com").await;
    latchkey.engine.close().await;
    let file = beside_database(&latchkey, "backup.db");
    back_up(&latchkey.database, &file).await.unwrap();
    assert_eq!(texts(&url(&file), "SELECT email FROM members").await, ["ana@example.com"]);
}

#[tokio::test]
async fn only_a_latchkey_database_is_backed_up() {
    let latchkey = Latchkey::on_sqlite().await;
    let to = beside_database(&latchkey, "backup.db");
    let missing = beside_database(&latchkey, "missing.db");
    let refused = back_up(&url(&missing), &to).await.unwrap_err();
    assert!(matches!(refused, BackUpError::File(FileError::Missing(_))), "{refused}");
    assert!(!missing.exists(), "looking for a file does not create it");
    let foreign = beside_database(&latchkey, "foreign.db");
    fs::write(&foreign, "").unwrap();
    run(&url(&foreign), "CREATE TABLE theirs (id TEXT)").await;
    let refused = back_up(&url(&foreign), &to).await.unwrap_err();
    assert!(matches!(refused, BackUpError::File(FileError::Foreign(_))), "{refused}");
    let text = beside_database(&latchkey, "text.db");
    fs::write(&text, "not a database, but longer than the header of a database, which has a hundred bytes").unwrap();
    let refused = back_up(&url(&text), &to).await.unwrap_err();
    assert!(matches!(refused, BackUpError::NotCopied(..)), "{refused}");
    let refused = back_up("postgres://localhost/latchkey", &to).await.unwrap_err();
    assert!(matches!(refused, BackUpError::Postgres) && refused.to_string().contains("pg_dump"), "{refused}");
    let refused = back_up(&latchkey.database, Path::new("/nowhere/at/all.db")).await.unwrap_err();
    assert!(matches!(refused, BackUpError::NotWritten(..)), "{refused}");
    assert!(!to.exists());
}
