use std::{
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{FileError, files::Draft, intact};
use crate::{
    OsRandom, Random,
    storage::{
        DatabaseError, Storage,
        dialect::{
            Location,
            sqlite_file::{Others, copy},
        },
        open::beside,
    },
};

/// Why there is no backup. Each is one clear line.
#[derive(Debug, Error)]
pub enum BackUpError {
    /// PostgreSQL has tools of its own.
    #[error("PostgreSQL is backed up by pg_dump; docs/guides/backups.md says how")]
    Postgres,
    /// The database's URL.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A backup never overwrites.
    #[error("{} is there already; a backup overwrites nothing", .0.display())]
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

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The database that was copied.
    pub database: PathBuf,
    /// The size of the copy in bytes.
    pub size: u64,
    /// How many keys it holds; deleted ones are not counted.
    pub keys: u64,
    /// The file beside the database that the sealing key stands in, if there is one. It is not part of the backup.
    pub sealing_key_file: Option<PathBuf>,
}

/// Copies a SQLite database, which may be served meanwhile, into a new file: as it was at one moment, and looked through from
/// end to end before it gets its name.
///
/// # Errors
/// [`BackUpError`]; the file is not there then, or as it was.
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
    let draft = Draft::new(beside(file, &format!(".{}.partial", random.base62_digits(8)))).map_err(not_written)?;
    let copied = copy(&source, Others::MayWrite, draft.path()).await;
    copied.map_err(|error| BackUpError::NotCopied(source.clone(), error))?;
    let contents = intact(draft.path(), Others::DoNotWrite).await?;
    let size = draft.size().map_err(not_written)?;
    draft.finish_as_new(file).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackUpError::Exists(file.to_owned()),
        _ => not_written(error),
    })?;
    let sealing_key_file = Some(Storage::sealing_key_file_of(&source)).filter(|file| file.is_file());
    Ok(Backup { database: source, size, keys: contents.keys, sealing_key_file })
}
