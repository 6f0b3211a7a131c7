//! A SQLite file as a whole: looked through and copied, by connections of their own.

use std::path::Path;

use sqlx::{
    Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use crate::storage::open::beside;

/// Whether somebody else may change the file meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    /// It may be served.
    MayWrite,
    /// It is a copy that lies still, on a medium perhaps that cannot be written.
    DoNotWrite,
}

/// Copies a database into an empty file, as it is at one moment, whoever writes meanwhile. The copy has no write-ahead log.
pub(crate) async fn copy(from: &Path, others: Others, into: &Path) -> Result<(), sqlx::Error> {
    let mut connection = open_to_read(from, others).await?;
    // An absolute path is never taken for a URI or an option.
    let into = std::path::absolute(into).map_err(sqlx::Error::Io)?;
    let copied = sqlx::query("VACUUM INTO $1").bind(into.to_string_lossy().into_owned()).execute(&mut connection).await;
    connection.close().await?;
    copied.map(|_| ())
}

async fn open_to_read(file: &Path, others: Others) -> Result<SqliteConnection, sqlx::Error> {
    let path = std::path::absolute(file).map_err(sqlx::Error::Io)?;
    // With nothing beside it the file is all there is, and nothing need be written beside it to read it.
    let is_alone = ["-wal", "-shm", "-journal"].iter().all(|ending| !beside(file, ending).exists());
    let lies_still = others == Others::DoNotWrite && is_alone;
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(lies_still);
    SqliteConnection::connect_with(&options).await
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// A database of ours.
    Ours(Contents),
    /// A database of ours that is damaged, and SQLite's first word about that.
    Damaged(String),
    /// Somebody else's database, or none at all.
    Foreign,
}

/// What a database of ours holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contents {
    /// The migrations that it has been through.
    pub(crate) migrations: Vec<i64>,
    pub(crate) keys: u64,
    pub(crate) active_keys: u64,
}

/// Looks a file through from end to end.
pub(crate) async fn look_through(file: &Path, others: Others) -> Result<Found, sqlx::Error> {
    let mut connection = open_to_read(file, others).await?;
    let found = look(&mut connection).await;
    connection.close().await?;
    match found {
        Ok(found) => Ok(found),
        Err(error) if is_code(&error, NOT_A_DATABASE) => Ok(Found::Foreign),
        Err(error) if is_code(&error, CORRUPT) => Ok(Found::Damaged(error.to_string())),
        Err(error) => Err(error),
    }
}

/// SQLite's primary result codes (`SQLITE_CORRUPT`, `SQLITE_NOTADB`).
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

fn is_code(error: &sqlx::Error, code: i32) -> bool {
    // The primary code is the lowest byte of an extended one.
    let extended = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    extended.and_then(|code| code.parse::<i32>().ok()).is_some_and(|extended| extended & 0xff == code)
}

async fn look(connection: &mut SqliteConnection) -> Result<Found, sqlx::Error> {
    let verdicts = sqlx::query("PRAGMA integrity_check(1)").fetch_all(&mut *connection).await?;
    let verdict: String = verdicts.first().map_or(Ok(String::new()), |row| row.try_get(0))?;
    if verdict != "ok" {
        return Ok(Found::Damaged(verdict.lines().next().unwrap_or_default().to_owned()));
    }
    let ours =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('_sqlx_migrations', 'access_keys')";
    if count(connection, ours).await? != 2 {
        return Ok(Found::Foreign);
    }
    let migrations = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(&mut *connection).await?;
    Ok(Found::Ours(Contents {
        migrations: migrations.iter().map(|row| row.try_get("version")).collect::<Result<_, _>>()?,
        keys: count(connection, "SELECT COUNT(*) FROM access_keys WHERE state <> 'deleted'").await?,
        active_keys: count(connection, "SELECT COUNT(*) FROM access_keys WHERE state = 'active'").await?,
    }))
}

async fn count(connection: &mut SqliteConnection, query: &'static str) -> Result<u64, sqlx::Error> {
    let count: i64 = sqlx::query(query).fetch_one(connection).await?.try_get(0)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Writes what is in the write-ahead log into the file, which is the whole database then. Nobody else may have it open.
pub(crate) async fn fold_log(file: &Path) -> Result<(), sqlx::Error> {
    let path = std::path::absolute(file).map_err(sqlx::Error::Io)?;
    let options = SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Delete);
    SqliteConnection::connect_with(&options).await?.close().await
}
