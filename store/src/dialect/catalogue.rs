//! The tables as the database itself describes them.

use sqlx::{AnyConnection, Row};

use super::kind::Dialect;
use crate::{
    StorageError,
    column::{Column, ColumnKind},
};

/// Lists the columns of a table, in the order of the schema.
pub async fn columns(connection: &mut AnyConnection, table: &'static str) -> Result<Vec<Column>, StorageError> {
    let query = match Dialect::of_connection(connection) {
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

/// Returns whether a PostgreSQL database has the schema of Latchkey.
pub async fn has_latchkey_schema(connection: &mut AnyConnection) -> Result<bool, StorageError> {
    let tables = "SELECT CAST(COUNT(*) AS BIGINT) AS found FROM information_schema.tables \
         WHERE table_schema = current_schema() AND table_name IN ('_sqlx_migrations', 'access_keys')";
    Ok(sqlx::query(tables).fetch_one(connection).await?.try_get::<i64, _>("found")? == 2)
}

/// A migration that was applied to a database.
pub struct AppliedMigration {
    /// Its number.
    pub version: i64,
    /// The checksum of its text.
    pub checksum: Vec<u8>,
    /// Whether it was applied completely.
    pub success: bool,
}

/// Lists the migrations applied to a PostgreSQL database; `None` if it has no schema of Latchkey.
pub async fn applied_migrations(connection: &mut AnyConnection) -> Result<Option<Vec<AppliedMigration>>, sqlx::Error> {
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
