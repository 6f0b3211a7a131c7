use futures_util::TryStreamExt;
use latchkey_store::{
    Column, Dialect, StorageError,
    tables::{TABLES, Table, rows},
};
use sqlx::AnyConnection;

use super::error::MoveError;

/// Copies every table into an empty one.
pub(super) async fn copy_all(from: &mut AnyConnection, to: &mut AnyConnection) -> Result<(), MoveError> {
    for table in &TABLES {
        let columns = columns_of_both(table, from, to).await?;
        copy(table, &columns, from, to).await.map_err(|error| MoveError::Table(table.name, error))?;
    }
    Ok(())
}

/// Returns the columns of a table, which must be the same on both sides, in any order.
pub(super) async fn columns_of_both(
    table: &'static Table,
    from: &mut AnyConnection,
    to: &mut AnyConnection,
) -> Result<Vec<Column>, MoveError> {
    let (columns, mut others) = (table.columns(from).await?, table.columns(to).await?);
    let mut sorted = columns.clone();
    sorted.sort();
    others.sort();
    if columns.is_empty() || sorted != others { Err(MoveError::OtherColumns(table.name)) } else { Ok(columns) }
}

async fn copy(
    table: &Table,
    columns: &[Column],
    from: &mut AnyConnection,
    to: &mut AnyConnection,
) -> Result<(), StorageError> {
    let select = table.select(columns, Dialect::of_connection(from));
    let at_once = Table::rows_per_insert(columns);
    let mut source = rows(from, &select, columns);
    let mut waiting = Vec::with_capacity(at_once);
    while let Some(row) = source.try_next().await? {
        waiting.push(row);
        if waiting.len() == at_once {
            table.insert(to, columns, std::mem::take(&mut waiting)).await?;
        }
    }
    table.insert(to, columns, waiting).await
}
