use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use latchkey_store::{
    DatabaseError, Location,
    dialect::sqlite_file::{self, Writers},
    lock_database,
    paths::{sealing_key_file, with_suffix},
};
use thiserror::Error;

use super::{
    after_restore::{AfterRestore, AfterRestoreError, Ended, after_restore},
    files::{Draft, files_of, keep_as, remove_database, sync_folder_of},
    inspect::{FileError, inspect_known},
};
use crate::{
    Engine, OpenError, Settings,
    crypto::sealing::{SealingKey, SealingKeyError},
    random::Random,
    signing::{SigningKeysAtOpening, SigningKeysError},
    time::Clock,
};

/// Why a backup was not restored. Each is one clear line.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// PostgreSQL is restored by its own tools.
    #[error("PostgreSQL is restored by pg_restore, and then latchkey after-restore; docs/guides/backups.md says how")]
    Postgres,
    /// The database's URL, its folder, or another process that uses it.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A database exists already.
    #[error("there is a database already: {}; with --replace it is kept as {}", .0.display(), .1.display())]
    Exists(PathBuf, PathBuf),
    /// The database of an earlier restore was kept, and would be overwritten.
    #[error("{} exists already, from an earlier restore; move it away or delete it", .0.display())]
    KeptAlready(PathBuf),
    /// The backup.
    #[error(transparent)]
    File(#[from] FileError),
    /// The backup could not be copied.
    #[error("{} cannot be copied: {error}", .0.display(), error = .1)]
    NotCopied(PathBuf, #[source] sqlx::Error),
    /// The new database.
    #[error("{} cannot be written: {error}", .0.display(), error = .1)]
    NotWritten(PathBuf, #[source] io::Error),
    /// The sealing key of the backup's signing keys is missing.
    #[error(
        "the sealing key that belongs to the backup is missing: put it into {} or give it as LATCHKEY_SEALING_KEY; if it is \
         lost, --forget-signing-keys creates new signing keys",
        .0.display()
    )]
    NoSealingKey(PathBuf),
    /// The sealing key belongs to another installation, or is a later one.
    #[error(
        "the sealing key does not belong to the backup: give the sealing key from that time, in {} or as LATCHKEY_SEALING_KEY; if it is \
         lost, --forget-signing-keys creates new signing keys",
        .0.display()
    )]
    OtherSealingKey(PathBuf),
    /// The sealing key's file.
    #[error(transparent)]
    SealingKey(#[from] SealingKeyError),
    /// The database could not be migrated.
    #[error(transparent)]
    Open(OpenError),
    /// The restored tokens and keys could not be ended.
    #[error(transparent)]
    AfterRestore(#[from] AfterRestoreError),
}

/// An intact copy of a backup beside a database that no process has open. Dropped, it removes the copy.
pub struct Restoration {
    database: PathBuf,
    draft: Draft,
    kept_as: Option<PathBuf>,
    active_keys: u64,
    _lock: File,
}

/// A restored database.
#[derive(Debug)]
pub struct Restored {
    /// The database.
    pub database: PathBuf,
    /// Where the previous database is kept.
    pub kept_as: Option<PathBuf>,
    /// How many keys were active in the backup.
    pub active_keys: u64,
    /// What was ended.
    pub ended: Ended,
}

impl Restoration {
    /// Locks the database for this process, checks the backup, and copies it beside the database.
    ///
    /// # Errors
    /// [`RestoreError`]; nothing is changed then.
    pub async fn prepare(database: &str, file: &Path, replace: bool) -> Result<Self, RestoreError> {
        let database = match Location::parse(database).map_err(DatabaseError::from)? {
            Location::Sqlite(path) => path,
            Location::Postgres(_) => return Err(RestoreError::Postgres),
        };
        let lock = lock_database(&database)?;
        let kept_as = path_for_existing(&database, replace)?;
        let contents = inspect_known(file, Writers::None).await?;
        let draft_path = with_suffix(&database, ".restoring");
        // The leftover of an interrupted attempt. Only the holder of the lock uses this file.
        remove_database(&draft_path);
        let draft = Draft::new(draft_path).map_err(|error| RestoreError::NotWritten(database.clone(), error))?;
        let copied = sqlite_file::copy(file, Writers::None, draft.path()).await;
        copied.map_err(|error| RestoreError::NotCopied(file.to_owned(), error))?;
        Ok(Self { database, draft, kept_as, active_keys: contents.active_keys, _lock: lock })
    }

    /// Returns how many keys are active in the backup.
    #[must_use]
    pub fn active_keys(&self) -> u64 {
        self.active_keys
    }

    /// Migrates the copy, ends its tokens and keys as requested, and then makes it the database. The database of
    /// `settings` is ignored.
    ///
    /// # Errors
    /// [`RestoreError`]; the database is not changed then.
    pub async fn finish(
        self,
        mut settings: Settings,
        signing_keys: SigningKeysAtOpening,
        what: AfterRestore,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Restored, RestoreError> {
        settings.sealing_key = Some(self.obtain_sealing_key(&settings, signing_keys, &*random)?);
        settings.database = format!("sqlite://{}", self.draft.path().display());
        settings.node = None;
        let opened = Engine::open_with(signing_keys, settings, clock, random).await;
        let engine = opened.map_err(|error| match error {
            OpenError::SigningKeys(SigningKeysError::WrongSealingKey) => {
                RestoreError::OtherSealingKey(sealing_key_file(&self.database))
            }
            other => RestoreError::Open(other),
        })?;
        let ended = after_restore(&engine, what).await;
        engine.close().await;
        let ended = ended?;
        let Self { database, draft, kept_as, active_keys, _lock } = self;
        let merged = sqlite_file::merge_log(draft.path()).await;
        merged.map_err(|error| RestoreError::NotCopied(draft.path().to_owned(), error))?;
        let installed = install(draft, &database, kept_as.as_deref());
        installed.map_err(|error| RestoreError::NotWritten(database.clone(), error))?;
        Ok(Restored { database, kept_as, active_keys, ended })
    }

    fn obtain_sealing_key(
        &self,
        settings: &Settings,
        signing_keys: SigningKeysAtOpening,
        random: &dyn Random,
    ) -> Result<SealingKey, RestoreError> {
        let file = sealing_key_file(&self.database);
        let has_key = settings.sealing_key.is_some() || file.is_file();
        if !has_key && signing_keys == SigningKeysAtOpening::Kept {
            return Err(RestoreError::NoSealingKey(file));
        }
        Ok(SealingKey::obtain(settings.sealing_key.as_ref(), Some(&file), random)?)
    }
}

/// Returns where the existing database will be kept; `None` if there is none.
fn path_for_existing(database: &Path, replace: bool) -> Result<Option<PathBuf>, RestoreError> {
    let kept_as = with_suffix(database, ".before-restore");
    // A log without its database counts too, because SQLite would read it into the new one.
    if files_of(database).iter().all(|(_, file)| file.symlink_metadata().is_err()) {
        return Ok(None);
    }
    if !replace {
        return Err(RestoreError::Exists(database.to_owned(), kept_as));
    }
    match files_of(&kept_as).into_iter().rev().find(|(_, file)| file.symlink_metadata().is_ok()) {
        Some((_, file)) => Err(RestoreError::KeptAlready(file)),
        None => Ok(Some(kept_as)),
    }
}

/// Makes the draft the database. The previous database gets its new name before it loses the old one.
fn install(draft: Draft, database: &Path, kept_as: Option<&Path>) -> io::Result<()> {
    let Some(kept_as) = kept_as else { return draft.finish_as_new(database) };
    for (ending, file) in files_of(database) {
        if file.symlink_metadata().is_ok() {
            keep_as(&file, &with_suffix(kept_as, ending))?;
        }
    }
    sync_folder_of(database)?;
    for ending in ["-wal", "-journal", "-shm"] {
        match fs::remove_file(with_suffix(database, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    draft.finish_in_place_of(database)
}
