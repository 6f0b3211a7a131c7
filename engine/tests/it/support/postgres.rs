use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A new database in the cluster that `LATCHKEY_TEST_POSTGRES` names; the cluster is thrown away after the run.
pub async fn new_database() -> String {
    let server = std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES names a server; scripts/with-postgres.sh starts one");
    let name = format!("latchkey_{}", uuid::Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    url.into()
}
