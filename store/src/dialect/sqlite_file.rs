//! Inspecting and copying a SQLite file, by separate connections.

use std::path::Path;

use sqlx::{
    Connection, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use crate::paths::with_suffix;

/// Whether another process may write the file while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// A server may be running.
    Possible,
    /// It is a copy that does not change, perhaps on read-only media.
    None,
}

/// Copies a snapshot of a database into an empty file. The copy has no write-ahead log.
pub async fn copy(from: &Path, writers: Writers, into: &Path) -> Result<(), sqlx::Error> {
    let mut connection = open_to_read(from, writers).await?;
    // An absolute path is never taken for a URI or an option.
    let into = std::path::absolute(into).map_err(sqlx::Error::Io)?;
    let copied = sqlx::query("VACUUM INTO $1").bind(into.to_string_lossy().into_owned()).execute(&mut connection).await;
    connection.close().await?;
    copied.map(|_| ())
}

async fn open_to_read(file: &Path, writers: Writers) -> Result<SqliteConnection, sqlx::Error> {
    let path = std::path::absolute(file).map_err(sqlx::Error::Io)?;
    // Without a log beside it, the file is complete, and reading it needs no file beside it.
    let is_alone = ["-wal", "-shm", "-journal"].iter().all(|suffix| !with_suffix(file, suffix).exists());
    let is_immutable = writers == Writers::None && is_alone;
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(is_immutable);
    SqliteConnection::connect_with(&options).await
}

/// The result of inspecting a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inspection {
    /// A database of Latchkey.
    Latchkey(Contents),
    /// A damaged database, with the first message of SQLite.
    Damaged(String),
    /// A database of another program, or not a database.
    Foreign,
}

/// What a database of Latchkey holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The migrations that were applied.
    pub migrations: Vec<i64>,
    /// How many keys are not deleted.
    pub keys: u64,
    /// How many keys are active.
    pub active_keys: u64,
}

/// Checks the integrity of a whole file and counts its keys.
pub async fn inspect(file: &Path, writers: Writers) -> Result<Inspection, sqlx::Error> {
    let mut connection = open_to_read(file, writers).await?;
    let found = inspect_open(&mut connection).await;
    connection.close().await?;
    match found {
        Ok(found) => Ok(found),
        Err(error) if is_code(&error, NOT_A_DATABASE) => Ok(Inspection::Foreign),
        Err(error) if is_code(&error, CORRUPT) => Ok(Inspection::Damaged(error.to_string())),
        Err(error) => Err(error),
    }
}

/// Primary result codes of SQLite: `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

fn is_code(error: &sqlx::Error, code: i32) -> bool {
    // The primary code is the lowest byte of an extended one.
    let extended = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    extended.and_then(|code| code.parse::<i32>().ok()).is_some_and(|extended| extended & 0xff == code)
}

async fn inspect_open(connection: &mut SqliteConnection) -> Result<Inspection, sqlx::Error> {
    let verdicts = sqlx::query("PRAGMA integrity_check(1)").fetch_all(&mut *connection).await?;
    let verdict: String = verdicts.first().map_or(Ok(String::new()), |row| row.try_get(0))?;
    if verdict != "ok" {
        return Ok(Inspection::Damaged(verdict.lines().next().unwrap_or_default().to_owned()));
    }
    let tables =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('_sqlx_migrations', 'access_keys')";
    if count(connection, tables).await? != 2 {
        return Ok(Inspection::Foreign);
    }
    let migrations = sqlx::query("SELECT version FROM _sqlx_migrations").fetch_all(&mut *connection).await?;
    Ok(Inspection::Latchkey(Contents {
        migrations: migrations.iter().map(|row| row.try_get("version")).collect::<Result<_, _>>()?,
        keys: count(connection, "SELECT COUNT(*) FROM access_keys WHERE state <> 'deleted'").await?,
        active_keys: count(connection, "SELECT COUNT(*) FROM access_keys WHERE state = 'active'").await?,
    }))
}

async fn count(connection: &mut SqliteConnection, query: &'static str) -> Result<u64, sqlx::Error> {
    let count: i64 = sqlx::query(query).fetch_one(connection).await?.try_get(0)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Writes the write-ahead log into the file, which is then complete. No other process may have it open.
pub async fn merge_log(file: &Path) -> Result<(), sqlx::Error> {
    let path = std::path::absolute(file).map_err(sqlx::Error::Io)?;
    let options = SqliteConnectOptions::new().filename(path).journal_mode(SqliteJournalMode::Delete);
    SqliteConnection::connect_with(&options).await?.close().await
}
