//! What stands between this process and PostgreSQL.

use sqlx::{AnyConnection, Connection, Executor, Row};

/// How often two connections are compared. A transaction pooler gives the server connection that it used last to whoever comes
/// next, unless another client is faster.
const ROUNDS: usize = 3;

/// Whether a connection pooler hands each transaction to another server connection. Then locks of a session, `LISTEN` and named
/// statements do not work: two client connections that are open at once meet the same server process, or one client connection
/// meets several.
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

/// By the simple protocol, which poolers of every kind pass on.
async fn server_process(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    connection.fetch_one("SELECT CAST(pg_backend_pid() AS BIGINT) AS pid").await?.try_get("pid")
}
