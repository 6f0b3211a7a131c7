//! What a database says of its own tables, and how their rows are read in one order on both.

use sqlx::{AnyConnection, Row};

use super::Dialect;
use crate::storage::{
    StorageError,
    tables::{Column, ColumnKind},
};

/// The columns of a table, in the order in which they were made.
pub(crate) async fn columns(connection: &mut AnyConnection, table: &'static str) -> Result<Vec<Column>, StorageError> {
    let query = match Dialect::of(connection) {
        Dialect::Sqlite => "SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS kind FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows = sqlx::query(query).bind(table).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let kind = match row.try_get::<String, _>("kind")?.to_ascii_uppercase().as_str() {
                "TEXT" => ColumnKind::Text,
                "BIGINT" => ColumnKind::Number,
                _ => return Err(StorageError::Corrupt(table)),
            };
            Ok(Column { name: row.try_get("name")?, kind })
        })
        .collect()
}

/// Whether a PostgreSQL database has a schema of ours.
pub(crate) async fn has_our_schema(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    let tables = "SELECT CAST(COUNT(*) AS BIGINT) AS found FROM information_schema.tables \
         WHERE table_schema = current_schema() AND table_name IN ('_sqlx_migrations', 'access_keys')";
    Ok(sqlx::query(tables).fetch_one(connection).await?.try_get::<i64, _>("found")? == 2)
}

/// A migration that a database has been through.
pub(crate) struct AppliedMigration {
    pub(crate) version: i64,
    pub(crate) checksum: Vec<u8>,
    pub(crate) success: bool,
}

/// The migrations that a PostgreSQL database has been through; `None` if it has no schema of ours.
pub(crate) async fn applied_migrations(
    connection: &mut AnyConnection,
) -> Result<Option<Vec<AppliedMigration>>, sqlx::Error> {
    let table = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS there";
    if !sqlx::query(table).fetch_one(&mut *connection).await?.try_get::<bool, _>("there")? {
        return Ok(None);
    }
    let rows = sqlx::query("SELECT version, checksum, success FROM _sqlx_migrations").fetch_all(connection).await?;
    let applied = rows.iter().map(|row| {
        Ok(AppliedMigration {
            version: row.try_get("version")?,
            checksum: row.try_get("checksum")?,
            success: row.try_get("success")?,
        })
    });
    applied.collect::<Result<_, _>>().map(Some)
}

impl Dialect {
    /// What puts texts into the order of their bytes, which is SQLite's own, whatever the language of the database.
    pub(crate) fn in_order_of_bytes(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " COLLATE \"C\"",
        }
    }

    /// Begins a transaction that sees one moment from its first statement to its last.
    pub(crate) fn begin_to_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}
