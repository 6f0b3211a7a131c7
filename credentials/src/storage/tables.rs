//! The tables of the schema that both databases share, whatever is in them: for moving from one to the other.

use futures_util::{Stream, StreamExt};
use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};

use super::{Dialect, StorageError, dialect::catalogue, execute};

/// A table, and the columns that its rows are known by.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    key: &'static [&'static str],
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

/// All of them, each after those that it refers to. What one database alone has is not among them: `PostgreSQL`'s nodes and
/// their changes, `SQLite`'s text index, which its triggers fill.
pub(crate) const TABLES: [Table; 13] = [
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

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ColumnKind {
    Text,
    Number,
}

/// A column as the database tells of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: ColumnKind,
}

/// What stands in one place of a table.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

/// A row, in the order of the columns that were asked for.
pub(crate) type Cells = Vec<Cell>;

/// How many places one statement may fill: less than either database allows.
const PLACES: usize = 16_000;

impl Table {
    /// Its columns.
    pub(crate) async fn columns(&self, connection: &mut AnyConnection) -> Result<Vec<Column>, StorageError> {
        catalogue::columns(connection, self.name).await
    }

    /// How many rows it has.
    pub(crate) async fn count(&self, connection: &mut AnyConnection) -> Result<u64, StorageError> {
        let query = format!("SELECT COUNT(*) AS found FROM {}", self.name);
        let row = sqlx::query(AssertSqlSafe(query)).fetch_one(connection).await?;
        Ok(u64::try_from(row.try_get::<i64, _>("found")?).unwrap_or_default())
    }

    /// The statement that reads all rows in the order of their keys, the same on both databases.
    pub(crate) fn select(&self, columns: &[Column], dialect: Dialect) -> String {
        let names = names(columns);
        let bytes = dialect.in_order_of_bytes();
        // All keys are texts.
        let order = self.key.iter().map(|column| format!("{column}{bytes}")).collect::<Vec<_>>().join(", ");
        format!("SELECT {names} FROM {} ORDER BY {order}", self.name)
    }

    /// How many rows one statement adds at the most.
    pub(crate) fn rows_at_once(columns: &[Column]) -> usize {
        (PLACES / columns.len().max(1)).clamp(1, 1_000)
    }

    /// Adds rows.
    pub(crate) async fn insert(
        &self,
        connection: &mut AnyConnection,
        columns: &[Column],
        rows: Vec<Cells>,
    ) -> Result<(), StorageError> {
        if rows.is_empty() {
            return Ok(());
        }
        let width = columns.len();
        let places = |row: usize| {
            let places = (1..=width).map(|place| format!("${}", row * width + place));
            format!("({})", places.collect::<Vec<_>>().join(", "))
        };
        let values = (0..rows.len()).map(places).collect::<Vec<_>>().join(", ");
        let statement = format!("INSERT INTO {} ({}) VALUES {values}", self.name, names(columns));
        // Kept: all but the last of a table's statements are the same.
        let query = sqlx::query(AssertSqlSafe(statement));
        let query = rows.into_iter().flatten().fold(query, |query, cell| match cell {
            Cell::Text(text) => query.bind(text),
            Cell::Number(number) => query.bind(number),
        });
        execute(connection, query).await.map(|_| ())
    }
}

/// The rows of a statement that [`Table::select`] has made.
pub(crate) fn rows<'c>(
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
    let cell = |(place, column): (usize, &Column)| {
        Ok(match column.kind {
            ColumnKind::Text => Cell::Text(row.try_get(place)?),
            ColumnKind::Number => Cell::Number(row.try_get(place)?),
        })
    };
    columns.iter().enumerate().map(cell).collect()
}
