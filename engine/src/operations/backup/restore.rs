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
    /// The database's URL, its folder, or a process that has it.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// There is a database already.
    #[error("there is a database already: {}; with --replace it is kept as {}", .0.display(), .1.display())]
    Exists(PathBuf, PathBuf),
    /// The database of an earlier restore was kept, and would be overwritten.
    #[error("{} is there already, from an earlier restore; move it away or delete it", .0.display())]
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
    /// The backup's signing keys are sealed, and what opens them is not there.
    #[error(
        "the sealing key that belongs to the backup is missing: put it into {} or give it as LATCHKEY_SEALING_KEY; if it is \
         lost, --forget-signing-keys makes new signing keys",
        .0.display()
    )]
    NoSealingKey(PathBuf),
    /// The sealing key that is there is another installation's, or a later one.
    #[error(
        "the sealing key does not belong to the backup: give the one of that time, in {} or as LATCHKEY_SEALING_KEY; if it is \
         lost, --forget-signing-keys makes new signing keys",
        .0.display()
    )]
    OtherSealingKey(PathBuf),
    /// The sealing key's file.
    #[error(transparent)]
    SealingKey(#[from] SealingKeyError),
    /// The database could not be brought up to date.
    #[error(transparent)]
    Open(OpenError),
    /// What has come back with it could not be ended.
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
    /// Where the one before it is.
    pub kept_as: Option<PathBuf>,
    /// How many keys were active in the backup.
    pub active_keys: u64,
    /// What was ended in it.
    pub ended: Ended,
}

impl Restoration {
    /// Takes the database for this process, looks the backup through, and copies it beside the database.
    ///
    /// # Errors
    /// [`RestoreError`]; nothing is changed then.
    pub async fn prepare(database: &str, file: &Path, replace: bool) -> Result<Self, RestoreError> {
        let database = match Location::parse(database).map_err(DatabaseError::from)? {
            Location::Sqlite(path) => path,
            Location::Postgres(_) => return Err(RestoreError::Postgres),
        };
        let lock = lock_database(&database)?;
        let kept_as = place_for_earlier(&database, replace)?;
        let contents = inspect_known(file, Writers::None).await?;
        let draft_path = with_suffix(&database, ".restoring");
        // The leftover of an interrupted attempt; the holder of the lock is the only one to use it.
        remove_database(&draft_path);
        let draft = Draft::new(draft_path).map_err(|error| RestoreError::NotWritten(database.clone(), error))?;
        let copied = sqlite_file::copy(file, Writers::None, draft.path()).await;
        copied.map_err(|error| RestoreError::NotCopied(file.to_owned(), error))?;
        Ok(Self { database, draft, kept_as, active_keys: contents.active_keys, _lock: lock })
    }

    /// How many keys are active in the backup.
    #[must_use]
    pub fn active_keys(&self) -> u64 {
        self.active_keys
    }

    /// Brings the copy up to date, ends in it what must not come back, and only then makes it the database. The database of
    /// `settings` is not looked at.
    ///
    /// # Errors
    /// [`RestoreError`]; the database is what it was then.
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
        let placed = place(draft, &database, kept_as.as_deref());
        placed.map_err(|error| RestoreError::NotWritten(database.clone(), error))?;
        Ok(Restored { database, kept_as, active_keys, ended })
    }

    fn obtain_sealing_key(
        &self,
        settings: &Settings,
        signing_keys: SigningKeysAtOpening,
        random: &dyn Random,
    ) -> Result<SealingKey, RestoreError> {
        let file = sealing_key_file(&self.database);
        let is_there = settings.sealing_key.is_some() || file.is_file();
        if !is_there && signing_keys == SigningKeysAtOpening::Kept {
            return Err(RestoreError::NoSealingKey(file));
        }
        Ok(SealingKey::obtain(settings.sealing_key.as_ref(), Some(&file), random)?)
    }
}

/// Where the database that is there will be kept; `None` if there is none.
fn place_for_earlier(database: &Path, replace: bool) -> Result<Option<PathBuf>, RestoreError> {
    let kept_as = with_suffix(database, ".before-restore");
    // A log without its database would be read into the new one.
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

/// Makes the draft the database. The one before it has its other name before it loses this one.
fn place(draft: Draft, database: &Path, kept_as: Option<&Path>) -> io::Result<()> {
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
