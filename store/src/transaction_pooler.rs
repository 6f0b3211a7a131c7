//! Detects a connection pooler in transaction mode in front of PostgreSQL.

use sqlx::{AnyConnection, Connection, Executor, Row};

/// How often two connections are compared. A transaction pooler gives the server connection that it used last to the client
/// that asks next.
const ROUNDS: usize = 3;

/// Returns whether a connection pooler gives each transaction another server connection. Then session locks, `LISTEN` and named
/// statements do not work: two open client connections reach the same server process, or one client connection
/// reaches several.
pub(super) async fn pools_transactions(one: &mut AnyConnection, url: &str) -> Result<bool, sqlx::Error> {
    let mut other = AnyConnection::connect(url).await?;
    let own = server_process(one).await?;
    let mut found = false;
    for _ in 0..ROUNDS {
        found |= server_process(&mut other).await? == own || server_process(one).await? != own;
    }
    other.close().await?;
    Ok(found)
}

/// Uses the simple protocol, which every kind of pooler passes on.
async fn server_process(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    connection.fetch_one("SELECT CAST(pg_backend_pid() AS BIGINT) AS pid").await?.try_get("pid")
}
