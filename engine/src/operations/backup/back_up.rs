use std::{
    io,
    path::{Path, PathBuf},
};

use latchkey_store::{
    DatabaseError, Location,
    dialect::sqlite_file::{self, Writers},
    paths::{sealing_key_file, with_suffix},
};
use thiserror::Error;

use super::{
    files::Draft,
    inspect::{FileError, inspect_intact},
};
use crate::random::{OsRandom, Random};

/// Why no backup was made. Each is one clear line.
#[derive(Debug, Error)]
pub enum BackUpError {
    /// PostgreSQL is backed up by its own tools.
    #[error("PostgreSQL is backed up by pg_dump; docs/guides/backups.md says how")]
    Postgres,
    /// The database's URL.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A backup never overwrites.
    #[error("{} exists already; a backup overwrites nothing", .0.display())]
    Exists(PathBuf),
    /// The database, or what was copied from it.
    #[error(transparent)]
    File(#[from] FileError),
    /// The copy.
    #[error("{} cannot be copied: {error}", .0.display(), error = .1)]
    NotCopied(PathBuf, #[source] sqlx::Error),
    /// The new file.
    #[error("{} cannot be written: {error}", .0.display(), error = .1)]
    NotWritten(PathBuf, #[source] io::Error),
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The database that was copied.
    pub database: PathBuf,
    /// The size of the copy in bytes.
    pub size: u64,
    /// How many keys it holds, not counting deleted ones.
    pub keys: u64,
    /// The file of the sealing key beside the database, if there is one. It is not part of the backup.
    pub sealing_key_file: Option<PathBuf>,
}

/// Copies a snapshot of a SQLite database, which may be in use, into a new file. The copy is checked completely before it gets its
/// name.
///
/// # Errors
/// [`BackUpError`]; the file does not exist then, or is as it was.
pub async fn back_up(database: &str, file: &Path) -> Result<Backup, BackUpError> {
    let source = match Location::parse(database).map_err(DatabaseError::from)? {
        Location::Sqlite(path) => path,
        Location::Postgres(_) => return Err(BackUpError::Postgres),
    };
    if !source.is_file() {
        return Err(FileError::Missing(source).into());
    }
    if file.symlink_metadata().is_ok() {
        return Err(BackUpError::Exists(file.to_owned()));
    }
    let not_written = |error| BackUpError::NotWritten(file.to_owned(), error);
    let random: &dyn Random = &OsRandom;
    let draft = Draft::new(with_suffix(file, &format!(".{}.partial", random.base62_digits(8)))).map_err(not_written)?;
    let copied = sqlite_file::copy(&source, Writers::Possible, draft.path()).await;
    copied.map_err(|error| BackUpError::NotCopied(source.clone(), error))?;
    let contents = inspect_intact(draft.path(), Writers::None).await?;
    let size = draft.size().map_err(not_written)?;
    draft.finish_as_new(file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackUpError::Exists(file.to_owned()),
        _ => not_written(error),
    })?;
    let sealing_key_file = Some(sealing_key_file(&source)).filter(|file| file.is_file());
    Ok(Backup { database: source, size, keys: contents.keys, sealing_key_file })
}
