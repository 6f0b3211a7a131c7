use std::path::{Path, PathBuf};

use latchkey_store::{
    dialect::sqlite_file::{self, Contents, Inspection, Writers},
    knows_migrations,
};
use thiserror::Error;

/// Why a file is not a usable database of Latchkey. Each is one clear line.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is no such file.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// It belongs to another program, or is not a database.
    #[error("{} is not a database of latchkey", .0.display())]
    Foreign(PathBuf),
    /// SQLite reports damage.
    #[error("{} is damaged: {detail}", .0.display(), detail = .1)]
    Damaged(PathBuf, String),
    /// A later version has migrated its schema.
    #[error("{} was written by a newer version of latchkey; install that version or a later one", .0.display())]
    Newer(PathBuf),
    /// It cannot be read.
    #[error("{} cannot be read: {error}", .0.display(), error = .1)]
    Unreadable(PathBuf, #[source] sqlx::Error),
}

/// Checks the integrity of a database of Latchkey and returns what it holds.
pub(super) async fn inspect_intact(file: &Path, writers: Writers) -> Result<Contents, FileError> {
    if !file.is_file() {
        return Err(FileError::Missing(file.to_owned()));
    }
    match sqlite_file::inspect(file, writers).await {
        Ok(Inspection::Latchkey(contents)) => Ok(contents),
        Ok(Inspection::Damaged(detail)) => Err(FileError::Damaged(file.to_owned(), detail)),
        Ok(Inspection::Foreign) => Err(FileError::Foreign(file.to_owned())),
        Err(error) => Err(FileError::Unreadable(file.to_owned(), error)),
    }
}

/// Does the same, and refuses a database of a later version than this program.
pub(in crate::operations) async fn inspect_known(file: &Path, writers: Writers) -> Result<Contents, FileError> {
    let contents = inspect_intact(file, writers).await?;
    if knows_migrations(&contents.migrations) { Ok(contents) } else { Err(FileError::Newer(file.to_owned())) }
}
