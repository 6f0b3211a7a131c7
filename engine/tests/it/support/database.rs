//! Access to an engine's database, as another program has it.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};

/// Opens a separate connection. The engine must have been opened before: it installs the drivers.
pub async fn connect(database: &str) -> AnyConnection {
    AnyConnection::connect(database).await.unwrap()
}

/// Runs a statement.
pub async fn run(database: &str, statement: impl Into<String>) {
    connect(database).await.execute(AssertSqlSafe(statement.into())).await.unwrap();
}

/// Returns the first column of every row of a query.
pub async fn texts(database: &str, query: impl Into<String>) -> Vec<String> {
    let rows = connect(database).await.fetch_all(AssertSqlSafe(query.into())).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Returns the rows of every table, as sorted texts, without `nodes`: nodes change their rows all the time.
pub async fn dump(database: &str) -> BTreeMap<String, Vec<String>> {
    let is_postgres = database.starts_with("postgres");
    let tables = if is_postgres {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'nodes'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    let mut dump = BTreeMap::new();
    for table in texts(database, tables).await {
        let row = if is_postgres {
            format!("CAST({table} AS TEXT)")
        } else {
            let quoted =
                format!("SELECT group_concat('quote(' || name || ')', ' || ') FROM pragma_table_info('{table}')");
            texts(database, quoted).await.remove(0)
        };
        let mut rows = texts(database, format!("SELECT {row} FROM {table}")).await;
        rows.sort();
        dump.insert(table, rows);
    }
    dump
}
