use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::skip::skip;

/// Creates a database in the cluster that `LATCHKEY_TEST_POSTGRES` names. The cluster is removed after the run.
///
/// Returns `None` without a cluster. The test must then return: it is skipped.
pub async fn new_database() -> Option<String> {
    let Ok(server) = std::env::var("LATCHKEY_TEST_POSTGRES") else {
        skip("PostgreSQL is not available (set LATCHKEY_TEST_POSTGRES, or use scripts/with-postgres.sh)");
        return None;
    };
    let name = format!("latchkey_{}", uuid::Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    Some(url.into())
}
