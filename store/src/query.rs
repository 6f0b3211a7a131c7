use sqlx::{Any, AnyConnection, Row, any::AnyRow};

use crate::StorageError;

/// Returns whether a statement failed because a unique value exists already.
#[must_use]
pub fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// Reads a text column and parses it into the type that the program works with.
pub(crate) fn parse_column<T: std::str::FromStr>(row: &AnyRow, column: &'static str) -> Result<T, StorageError> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| StorageError::Corrupt(column))
}

/// Runs a statement and returns the number of affected rows.
pub(crate) async fn execute(
    connection: &mut AnyConnection,
    query: sqlx::query::Query<'_, Any, sqlx::any::AnyArguments>,
) -> Result<u64, StorageError> {
    Ok(query.execute(connection).await?.rows_affected())
}
