//! Backups of a SQLite database, and what must follow when an earlier state of any database comes back: it would revive what
//! was revoked since.

mod after_restore;
mod back_up;
mod files;
mod restore;

pub use after_restore::{ActiveKeys, AfterRestore, AfterRestoreError, Ended, Tokens};
pub use back_up::{BackUpError, Backup, back_up};
pub use restore::{Restoration, RestoreError, Restored};

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::storage::{
    dialect::sqlite_file::{Contents, Found, Others, look_through},
    open::knows,
};

/// Why a file is not taken for a database of Latchkey. Each is one clear line.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is nothing of this name.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// Another program's, or no database.
    #[error("{} is not a database of latchkey", .0.display())]
    Foreign(PathBuf),
    /// SQLite finds fault with it.
    #[error("{} is damaged: {detail}", .0.display(), detail = .1)]
    Damaged(PathBuf, String),
    /// A later version has changed its schema.
    #[error("{} was written by a newer version of latchkey; install that version or a later one", .0.display())]
    Newer(PathBuf),
    /// It cannot be read.
    #[error("{} cannot be read: {error}", .0.display(), error = .1)]
    Unreadable(PathBuf, #[source] sqlx::Error),
}

/// Looks a file through, and tells what it holds if it is an intact database of ours.
pub(crate) async fn intact(file: &Path, others: Others) -> Result<Contents, FileError> {
    if !file.is_file() {
        return Err(FileError::Missing(file.to_owned()));
    }
    match look_through(file, others).await {
        Ok(Found::Ours(contents)) => Ok(contents),
        Ok(Found::Damaged(detail)) => Err(FileError::Damaged(file.to_owned(), detail)),
        Ok(Found::Foreign) => Err(FileError::Foreign(file.to_owned())),
        Err(error) => Err(FileError::Unreadable(file.to_owned(), error)),
    }
}

/// The same, and of no later version than this program.
pub(crate) async fn intact_and_known(file: &Path, others: Others) -> Result<Contents, FileError> {
    let contents = intact(file, others).await?;
    if knows(&contents.migrations) { Ok(contents) } else { Err(FileError::Newer(file.to_owned())) }
}
