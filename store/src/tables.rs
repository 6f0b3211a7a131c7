//! The catalogue of the tables that both databases share, for copying one database into the other.

use futures_util::{Stream, StreamExt};
use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};

use crate::{
    Dialect, StorageError,
    column::{Column, ColumnKind},
    dialect::catalogue,
    query::execute,
};

/// A table and its primary key.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    key: &'static [&'static str],
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

/// All shared tables, each after those that it references. What only one database has is not listed: the nodes and changes
/// of `PostgreSQL`, and the text index of `SQLite`, which its triggers fill.
pub const TABLES: [Table; 13] = [
    table("installation", &["singleton"]),
    table("organizations", &["id"]),
    table("members", &["id"]),
    table("member_addresses", &["member_id", "address"]),
    table("member_devices", &["token_hash"]),
    table("sessions", &["token_hash"]),
    table("one_time_links", &["token_hash"]),
    table("scopes", &["organization_id", "name"]),
    table("access_keys", &["id"]),
    table("audit_records", &["id"]),
    table("revoked_tokens", &["id"]),
    table("used_assertions", &["client_id", "jti"]),
    table("signing_keys", &["id"]),
];

/// A value of one row and column.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Of a text column.
    Text(Option<String>),
    /// Of a number column.
    Number(Option<i64>),
}

/// A row, in the order of the columns that were selected.
pub type Cells = Vec<Cell>;

/// How many parameters one statement may have: fewer than either database allows.
const PARAMETERS: usize = 16_000;

impl Table {
    /// Lists its columns.
    pub async fn columns(&self, connection: &mut AnyConnection) -> Result<Vec<Column>, StorageError> {
        catalogue::columns(connection, self.name).await
    }

    /// Counts its rows.
    pub async fn count(&self, connection: &mut AnyConnection) -> Result<u64, StorageError> {
        let query = format!("SELECT COUNT(*) AS found FROM {}", self.name);
        let row = sqlx::query(AssertSqlSafe(query)).fetch_one(connection).await?;
        Ok(u64::try_from(row.try_get::<i64, _>("found")?).unwrap_or_default())
    }

    /// Returns the statement that reads all rows in the order of their keys, which is the same on both databases.
    #[must_use]
    pub fn select(&self, columns: &[Column], dialect: Dialect) -> String {
        let names = names(columns);
        let bytes = dialect.byte_collation();
        // All key columns are texts.
        let order = self.key.iter().map(|column| format!("{column}{bytes}")).collect::<Vec<_>>().join(", ");
        format!("SELECT {names} FROM {} ORDER BY {order}", self.name)
    }

    /// Returns how many rows one statement may insert.
    #[must_use]
    pub fn rows_per_insert(columns: &[Column]) -> usize {
        (PARAMETERS / columns.len().max(1)).clamp(1, 1_000)
    }

    /// Inserts rows.
    pub async fn insert(
        &self,
        connection: &mut AnyConnection,
        columns: &[Column],
        rows: Vec<Cells>,
    ) -> Result<(), StorageError> {
        if rows.is_empty() {
            return Ok(());
        }
        let width = columns.len();
        let parameters = |row: usize| {
            let parameters = (1..=width).map(|column| format!("${}", row * width + column));
            format!("({})", parameters.collect::<Vec<_>>().join(", "))
        };
        let values = (0..rows.len()).map(parameters).collect::<Vec<_>>().join(", ");
        let statement = format!("INSERT INTO {} ({}) VALUES {values}", self.name, names(columns));
        // All but the last of a table's statements have the same text, so that it is prepared once.
        let query = sqlx::query(AssertSqlSafe(statement));
        let query = rows.into_iter().flatten().fold(query, |query, cell| match cell {
            Cell::Text(text) => query.bind(text),
            Cell::Number(number) => query.bind(number),
        });
        execute(connection, query).await.map(|_| ())
    }
}

/// Streams the rows of a statement that [`Table::select`] returned.
pub fn rows<'c>(
    connection: &'c mut AnyConnection,
    select: &'c str,
    columns: &'c [Column],
) -> impl Stream<Item = Result<Cells, StorageError>> + Unpin + 'c {
    let rows = sqlx::query(AssertSqlSafe(select.to_owned())).fetch(connection);
    Box::pin(rows.map(move |row| cells(&row?, columns)))
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn cells(row: &AnyRow, columns: &[Column]) -> Result<Cells, StorageError> {
    let cell = |(index, column): (usize, &Column)| {
        Ok(match column.kind {
            ColumnKind::Text => Cell::Text(row.try_get(index)?),
            ColumnKind::Number => Cell::Number(row.try_get(index)?),
        })
    };
    columns.iter().enumerate().map(cell).collect()
}
