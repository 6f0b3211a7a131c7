//! The causes of database errors, in words for the operator. They never contain a password or a URL.

use std::io;

use sqlx::{error::DatabaseError, migrate::MigrateError, sqlite::SqliteError};

/// `read_only_sql_transaction`: the session may not write, because of a setting, or because the server is a standby.
const READ_ONLY: &str = "25006";

/// The explanation of errors that a connection pooler causes by giving each transaction another server connection.
const POOLER: &str = "a connection pooler in transaction mode is in front of PostgreSQL: set it to session mode";

/// Returns the cause of an error, without the words "the database".
pub(super) fn explain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => database_cause(error.as_ref()),
        sqlx::Error::Io(error) => connection_cause(error),
        sqlx::Error::Tls(error) => format!("no TLS connection could be made: {error}"),
        sqlx::Error::Configuration(error) => format!(
            "its URL cannot be read: {error} (in a password, characters such as @ : / ? # % have to be percent-encoded)"
        ),
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        sqlx::Error::PoolClosed => "its connections are closed".to_owned(),
        other => other.to_string(),
    }
}

/// Returns the cause of a failed migration, without the words "the database".
pub(super) fn explain_migration(error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(error) => explain(error),
        MigrateError::ExecuteMigration(error, version) => format!("migration {version}: {}", explain(error)),
        other => other.to_string(),
    }
}

fn connection_cause(error: &io::Error) -> String {
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!("connection refused: nothing listens at its host and port ({text})")
        }
        io::ErrorKind::NotFound => format!("there is no socket or certificate at the given path: {text}"),
        io::ErrorKind::TimedOut => format!("the connection timed out: {text}"),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
            format!("the connection was closed by the other side: {text}")
        }
        _ if text.contains("lookup") => format!("its host name cannot be resolved: {text}"),
        _ => text,
    }
}

fn database_cause(error: &dyn DatabaseError) -> String {
    let message = error.message();
    let Some(code) = error.code() else { return message.to_owned() };
    match &*code {
        _ if is_sqlite(error) => format!("{message} (SQLite {code})"),
        "28P01" | "28000" => format!("it refuses the login: {message}"),
        "53300" => format!("it has no connection left: {message}"),
        "57P03" => format!("it is starting, stopping or recovering: {message}"),
        "57P01" | "57P02" | "57P05" => format!("it ended the connection: {message}"),
        "53100" => format!("its disk is full: {message}"),
        "25P02" => format!("an earlier statement of the transaction failed: {message}"),
        "26000" | "42P05" => format!("{message}: {POOLER}"),
        "08P01" if message.contains("extra_float_digits") => {
            format!("{message}: add it to ignore_startup_parameters of the connection pooler")
        }
        code => format!("{message} (SQLSTATE {code})"),
    }
}

fn is_sqlite(error: &dyn DatabaseError) -> bool {
    error.try_downcast_ref::<SqliteError>().is_some()
}

/// Returns whether an error says that the database is read-only.
pub(super) fn is_read_only(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    let code = error.code().unwrap_or_default();
    if is_sqlite(error) {
        // SQLITE_READONLY; the primary code is the lowest byte of an extended one.
        return code.parse::<i32>().is_ok_and(|code| code & 0xff == 8);
    }
    code == READ_ONLY
}

/// Returns whether a migration failed because the database is read-only.
pub(super) fn is_read_only_migration(error: &MigrateError) -> bool {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => is_read_only(error),
        _ => false,
    }
}

/// Returns whether PostgreSQL's disk is full.
pub(super) fn is_full(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "53100")
}

/// Returns whether a connection may soon succeed: the server is starting, or has no connection left.
pub(super) fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| matches!(&*code, "53300" | "57P03")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_error_has_a_specific_explanation() {
        let io = |kind| explain(&sqlx::Error::Io(io::Error::from(kind)));
        assert!(io(io::ErrorKind::ConnectionRefused).starts_with("connection refused: "));
        assert!(io(io::ErrorKind::TimedOut).starts_with("the connection timed out: "));
        assert!(io(io::ErrorKind::UnexpectedEof).starts_with("the connection was closed by the other side: "));
        let lookup = io::Error::other("failed to lookup address information: Name or service not known");
        assert!(explain(&sqlx::Error::Io(lookup)).starts_with("its host name cannot be resolved: "));
        assert!(explain(&sqlx::Error::Tls("server does not support TLS".into())).starts_with("no TLS connection"));
    }
}
