use futures_util::TryStreamExt;
use latchkey_store::{
    Column, Dialect, StorageError,
    tables::{TABLES, Table, rows},
};
use sqlx::AnyConnection;

use super::{
    copy::columns_of_both,
    error::{MoveError, TableReport},
};

/// Compares every table on both sides.
pub(super) async fn compare(from: &mut AnyConnection, to: &mut AnyConnection) -> Result<Vec<TableReport>, MoveError> {
    let mut reports = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        let columns = columns_of_both(table, from, to).await?;
        let report = compare_table(table, &columns, from, to).await;
        reports.push(report.map_err(|error| MoveError::Table(table.name, error))?);
    }
    Ok(reports)
}

/// Returns the first table that differs.
pub(super) fn first_difference(reports: &[TableReport]) -> Option<&'static str> {
    reports.iter().find(|report| !report.equal).map(|report| report.name)
}

/// Compares a table row by row in the order of the keys, column by column.
async fn compare_table(
    table: &Table,
    columns: &[Column],
    from: &mut AnyConnection,
    to: &mut AnyConnection,
) -> Result<TableReport, StorageError> {
    let (select_from, select_to) =
        (table.select(columns, Dialect::of_connection(from)), table.select(columns, Dialect::of_connection(to)));
    let (mut source, mut target) = (rows(from, &select_from, columns), rows(to, &select_to, columns));
    let mut report = TableReport { name: table.name, rows: 0, moved: 0, equal: true };
    loop {
        let (here, there) = (source.try_next().await?, target.try_next().await?);
        if here.is_none() && there.is_none() {
            return Ok(report);
        }
        report.equal &= here == there;
        report.rows += u64::from(here.is_some());
        report.moved += u64::from(there.is_some());
    }
}
