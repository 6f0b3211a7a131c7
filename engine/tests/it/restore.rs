//! Restoring a backup of SQLite: accepted files, refused files, and what remains after a failure.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use latchkey_engine::{
    DatabaseError, OsRandom, Settings,
    operations::backup::{ActiveKeys, AfterRestore, FileError, Restoration, RestoreError, Restored, Tokens, back_up},
    signing::SigningKeysAtOpening,
};
use latchkey_model::access_key::{CreatedAccessKey, Kind};
use tempfile::TempDir;

use crate::support::{
    Latchkey, TestClock,
    database::{run, texts},
    open_engine, secret_of, settings,
    tokens::{is_good, token},
};

const END_ALL: AfterRestore = AfterRestore { tokens: Tokens::End, active_keys: ActiveKeys::Keep };
const KEEP_ALL: AfterRestore = AfterRestore { tokens: Tokens::Keep, active_keys: ActiveKeys::Keep };
const OTHER_SEALING_KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

/// A stopped installation, with its backup in the same folder.
struct Stopped {
    folder: TempDir,
    database: String,
    clock: Arc<TestClock>,
    client: CreatedAccessKey,
    token: String,
}

impl Stopped {
    async fn new() -> Self {
        let latchkey = Latchkey::on_sqlite().await;
        let client = crate::support::tokens::client(&latchkey).await;
        let token = token(&latchkey, &client).await;
        back_up(&latchkey.database, &latchkey.folder.path().join("backup.db")).await.unwrap();
        latchkey.engine.close().await;
        let Latchkey { database, folder, clock, .. } = latchkey;
        Self { folder, database, clock, client, token }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn delete_database(&self) {
        fs::remove_file(self.file("latchkey.db")).unwrap();
    }

    async fn prepare(&self, backup: &Path, replace: bool) -> Result<Restoration, RestoreError> {
        Restoration::prepare(&self.database, backup, replace).await
    }

    async fn restore_with(
        &self,
        replace: bool,
        signing_keys: SigningKeysAtOpening,
        what: AfterRestore,
        change: impl FnOnce(Settings) -> Settings,
    ) -> Result<Restored, RestoreError> {
        let restoration = self.prepare(&self.file("backup.db"), replace).await?;
        let settings = change(settings(&self.database));
        restoration.finish(settings, signing_keys, what, self.clock.clone(), Arc::new(OsRandom)).await
    }

    async fn restore(&self, replace: bool, what: AfterRestore) -> Result<Restored, RestoreError> {
        self.restore_with(replace, SigningKeysAtOpening::Kept, what, |settings| settings).await
    }

    async fn start(self) -> (Latchkey, CreatedAccessKey, String) {
        let engine = open_engine(settings(&self.database), self.clock.clone()).await.unwrap();
        let Self { folder, database, clock, client, token } = self;
        (Latchkey { engine, clock, database, folder }, client, token)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[tokio::test]
async fn a_restored_backup_accepts_no_earlier_token() {
    let stopped = Stopped::new().await;
    stopped.delete_database();
    let restored = stopped.restore(false, END_ALL).await.unwrap();
    assert_eq!((restored.active_keys, restored.kept_as, restored.ended.clients), (1, None, 1));
    let database = stopped.file("latchkey.db");
    assert_eq!(database.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(stopped.names(), ["backup.db", "latchkey.db", "latchkey.db.lock", "latchkey.key"]);
    let (latchkey, client, earlier) = stopped.start().await;
    assert!(!is_good(&latchkey, &earlier).await);
    let later = token(&latchkey, &client).await;
    assert!(is_good(&latchkey, &later).await, "the client is still active");
}

#[tokio::test]
async fn restore_can_keep_tokens() {
    let stopped = Stopped::new().await;
    stopped.delete_database();
    stopped.restore(false, KEEP_ALL).await.unwrap();
    let (latchkey, _, earlier) = stopped.start().await;
    assert!(is_good(&latchkey, &earlier).await);
}

#[tokio::test]
async fn the_replaced_database_is_kept_with_its_write_ahead_log() {
    let stopped = Stopped::new().await;
    let (latchkey, _, _) = stopped.start().await;
    let ana = latchkey.administrator("eve@example.com").await;
    latchkey.create(&ana, Kind::ApiKey, "created after the backup").await;
    // As if the process had been killed: its last changes are only in the write-ahead log.
    let folder = tempfile::tempdir().unwrap();
    for name in ["latchkey.db", "latchkey.db-wal", "latchkey.key", "backup.db"] {
        fs::copy(latchkey.folder.path().join(name), folder.path().join(name)).unwrap();
    }
    assert!(folder.path().join("latchkey.db-wal").metadata().unwrap().len() > 0);
    let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
    let client = latchkey.create(&ana, Kind::OAuthClient, "not used").await;
    let stopped = Stopped { folder, database, clock: latchkey.clock.clone(), client, token: String::new() };

    let refused = stopped.restore(false, END_ALL).await.unwrap_err();
    assert!(matches!(refused, RestoreError::Exists(..)) && refused.to_string().contains("--replace"), "{refused}");
    let restored = stopped.restore(true, END_ALL).await.unwrap();
    let kept_as = stopped.file("latchkey.db.before-restore");
    assert_eq!(restored.kept_as.as_ref(), Some(&kept_as));
    let names = "SELECT name FROM access_keys ORDER BY name";
    assert_eq!(texts(&format!("sqlite://{}", kept_as.display()), names).await, ["ERP", "created after the backup"]);
    assert_eq!(texts(&stopped.database, names).await, ["ERP"]);
    let refused = stopped.restore(true, END_ALL).await.unwrap_err();
    assert!(matches!(&refused, RestoreError::KeptAlready(path) if *path == kept_as), "{refused}");
    assert_eq!(texts(&stopped.database, names).await, ["ERP"]);
}

#[tokio::test]
async fn a_leftover_write_ahead_log_is_not_read_into_the_restored_database() {
    let stopped = Stopped::new().await;
    stopped.delete_database();
    fs::write(stopped.file("latchkey.db-wal"), "of another database").unwrap();
    assert!(matches!(stopped.restore(false, END_ALL).await, Err(RestoreError::Exists(..))));
    stopped.restore(true, END_ALL).await.unwrap();
    assert!(!stopped.file("latchkey.db-wal").exists());
    assert_eq!(fs::read(stopped.file("latchkey.db.before-restore-wal")).unwrap(), b"of another database");
}

#[tokio::test]
async fn a_database_in_use_is_not_replaced() {
    let latchkey = Latchkey::on_sqlite().await;
    let file = latchkey.folder.path().join("backup.db");
    back_up(&latchkey.database, &file).await.unwrap();
    let refused = Restoration::prepare(&latchkey.database, &file, true).await.err().unwrap();
    assert!(matches!(refused, RestoreError::Database(DatabaseError::InUse(_))), "{refused}");
    assert!(!latchkey.folder.path().join("latchkey.db.restoring").exists());
}

#[tokio::test]
async fn a_damaged_or_foreign_backup_is_refused_and_changes_nothing() {
    let stopped = Stopped::new().await;
    let url = |name: &str| format!("sqlite://{}", stopped.file(name).display());
    let copy = |name: &str| fs::copy(stopped.file("backup.db"), stopped.file(name)).unwrap();
    copy("damaged.db");
    let mut bytes = fs::read(stopped.file("damaged.db")).unwrap();
    let second_half = bytes.len() / 2;
    bytes[second_half..].fill(0x5a);
    fs::write(stopped.file("damaged.db"), bytes).unwrap();
    copy("cut-off.db");
    fs::OpenOptions::new().write(true).open(stopped.file("cut-off.db")).unwrap().set_len(10_000).unwrap();
    copy("newer.db");
    run(&url("newer.db"), "UPDATE _sqlx_migrations SET version = version + 9998").await;
    fs::write(stopped.file("foreign.db"), "").unwrap();
    run(&url("foreign.db"), "CREATE TABLE theirs (id TEXT)").await;
    fs::write(stopped.file("empty.db"), "").unwrap();
    fs::write(stopped.file("text.db"), "#!/bin/sh\n".repeat(100)).unwrap();
    let (before, database) = (stopped.names(), fs::read(stopped.file("latchkey.db")).unwrap());
    for (name, is_meant) in [
        ("damaged.db", (|error| matches!(error, FileError::Damaged(..))) as fn(&FileError) -> bool),
        ("cut-off.db", |error| matches!(error, FileError::Damaged(..))),
        ("newer.db", |error| matches!(error, FileError::Newer(_))),
        ("foreign.db", |error| matches!(error, FileError::Foreign(_))),
        ("empty.db", |error| matches!(error, FileError::Foreign(_))),
        ("text.db", |error| matches!(error, FileError::Foreign(_))),
        ("missing.db", |error| matches!(error, FileError::Missing(_))),
    ] {
        let refused = stopped.prepare(&stopped.file(name), true).await.err().unwrap();
        assert!(matches!(&refused, RestoreError::File(error) if is_meant(error)), "{name}: {refused}");
        assert_eq!(refused.to_string().lines().count(), 1, "{refused}");
        assert!(refused.to_string().contains(name), "{refused}");
    }
    assert_eq!(stopped.names(), before);
    assert_eq!(fs::read(stopped.file("latchkey.db")).unwrap(), database);
    let refused = Restoration::prepare("postgres://localhost/latchkey", &stopped.file("backup.db"), false).await;
    assert!(matches!(refused, Err(RestoreError::Postgres)));
}

#[tokio::test]
async fn an_older_backup_is_migrated() {
    let stopped = Stopped::new().await;
    let url = format!("sqlite://{}", stopped.file("backup.db").display());
    for statement in [
        "DROP TABLE access_key_trigrams",
        "DROP TABLE access_key_names",
        "DROP TRIGGER access_key_named",
        "DROP TRIGGER access_key_renamed",
        "DROP TRIGGER access_key_purged",
        "DELETE FROM _sqlx_migrations WHERE version = 2",
    ] {
        run(&url, statement).await;
    }
    stopped.delete_database();
    stopped.restore(false, END_ALL).await.unwrap();
    let (latchkey, _, _) = stopped.start().await;
    assert_eq!(texts(&latchkey.database, "SELECT name FROM access_keys").await, ["ERP"]);
    let index = "SELECT name FROM sqlite_master WHERE name = 'access_key_trigrams'";
    assert_eq!(texts(&latchkey.database, index).await.len(), 1);
}

#[tokio::test]
async fn a_restore_without_the_sealing_key_is_refused_with_instructions() {
    let stopped = Stopped::new().await;
    let key_file = stopped.file("latchkey.key");
    let sealing_key = fs::read_to_string(&key_file).unwrap();
    fs::remove_file(&key_file).unwrap();
    let (before, database) = (stopped.names(), fs::read(stopped.file("latchkey.db")).unwrap());
    let missing = stopped.restore(true, END_ALL).await.unwrap_err();
    assert!(matches!(&missing, RestoreError::NoSealingKey(path) if *path == key_file), "{missing}");
    let other = |settings| Settings { sealing_key: Some(OTHER_SEALING_KEY.parse().unwrap()), ..settings };
    let refused = stopped.restore_with(true, SigningKeysAtOpening::Kept, END_ALL, other).await.unwrap_err();
    assert!(matches!(refused, RestoreError::OtherSealingKey(_)), "{refused}");
    for line in [missing.to_string(), refused.to_string()] {
        assert!(line.contains("LATCHKEY_SEALING_KEY") && line.contains("--forget-signing-keys"), "{line}");
        assert!(!line.contains(OTHER_SEALING_KEY) && line.lines().count() == 1, "{line}");
    }
    assert_eq!(stopped.names(), before, "no sealing key is created, and no temporary file is left");
    assert_eq!(fs::read(stopped.file("latchkey.db")).unwrap(), database);
    let given = |settings| Settings { sealing_key: Some(sealing_key.parse().unwrap()), ..settings };
    stopped.restore_with(true, SigningKeysAtOpening::Kept, END_ALL, given).await.unwrap();
    assert!(!key_file.exists(), "the given sealing key is enough");
}

#[tokio::test]
async fn access_keys_survive_a_lost_sealing_key() {
    let stopped = Stopped::new().await;
    fs::remove_file(stopped.file("latchkey.key")).unwrap();
    stopped.delete_database();
    let unchanged = |settings| settings;
    stopped.restore_with(false, SigningKeysAtOpening::Removed, END_ALL, unchanged).await.unwrap();
    let (latchkey, client, earlier) = stopped.start().await;
    assert!(!is_good(&latchkey, &earlier).await);
    let later = token(&latchkey, &client).await;
    assert!(is_good(&latchkey, &later).await);
    assert!(!secret_of(&client).is_empty());
}

#[tokio::test]
async fn leftovers_of_an_interrupted_restore_do_not_block_the_next() {
    let stopped = Stopped::new().await;
    stopped.delete_database();
    for name in ["latchkey.db.restoring", "latchkey.db.restoring-wal", "latchkey.db.restoring.lock"] {
        fs::write(stopped.file(name), "incomplete").unwrap();
    }
    stopped.restore(false, END_ALL).await.unwrap();
    assert_eq!(stopped.names(), ["backup.db", "latchkey.db", "latchkey.db.lock", "latchkey.key"]);
}
