use std::{io, path::PathBuf, time::Duration};

use sqlx::migrate::MigrateError;
use thiserror::Error;

use crate::{dialect::DatabaseUrlError, error_causes as causes};

/// Why a database could not be opened. Each is one clear line.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The URL does not name a database.
    #[error(transparent)]
    Url(#[from] DatabaseUrlError),
    /// The folder of a SQLite file does not exist.
    #[error("the folder of the database does not exist: {}", .0.display())]
    MissingFolder(PathBuf),
    /// Another process serves or changes this SQLite database.
    #[error("the database is in use by another latchkey process: {}", .0.display())]
    InUse(PathBuf),
    /// The file system does not lock files, or fails to.
    #[error("the database cannot be locked: {}: {error}{advice}", .0.display(), error = .1, advice = lock_advice(.1))]
    NotLocked(PathBuf, #[source] io::Error),
    /// The file or its folder cannot be written.
    #[error("the database cannot be written: {}: {error}", .0.display(), error = .1)]
    NotWritable(PathBuf, #[source] io::Error),
    /// A later version has changed the schema.
    #[error("the database was written by a newer version of latchkey; install that version or a later one")]
    Newer,
    /// The schema could not be migrated.
    #[error("the database schema could not be brought up to date: {}", causes::explain_migration(.0))]
    Migration(MigrateError),
    /// The schema is not up to date, and the database is read-only.
    #[error(
        "the database is read-only, and its schema has to be brought up to date first: make it writable, and start again"
    )]
    ReadOnlySchema,
    /// Nodes could not notify each other.
    #[error(
        "a connection pooler in transaction mode is in front of PostgreSQL, and nodes cannot notify each other through it: set it to \
         session mode (in PgBouncer, pool_mode = session), or connect to PostgreSQL itself"
    )]
    TransactionPooling,
    /// No connection.
    #[error("the database cannot be opened: {}", causes::explain(.0))]
    Connection(sqlx::Error),
    /// No answer.
    #[error("the database cannot be opened: it has not answered within {} s", .0.as_secs())]
    Silent(Duration),
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::Connection(error)
    }
}

/// Returns advice if the file system is the reason why a file cannot be locked; empty if the machine is short of memory.
fn lock_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::OutOfMemory | io::ErrorKind::Interrupted => "",
        _ => "; use a local disk or PostgreSQL",
    }
}
