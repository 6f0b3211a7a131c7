//! `/livez` and `/readyz`.

use crate::support::Latchkey;

#[tokio::test]
async fn without_its_database_the_process_is_live_and_not_ready() {
    let latchkey = Latchkey::start().await;
    latchkey.get("/livez").await.is(200);
    latchkey.get("/readyz").await.is(200);
    latchkey.engine.close().await;
    latchkey.get("/livez").await.is(200);
    latchkey.get("/readyz").await.must_be_problem(503, "unavailable");
}

#[tokio::test]
async fn a_stale_node_is_not_ready_and_verifies_nothing() {
    let Some(latchkey) = Latchkey::start_on_postgres().await else { return };
    let (_, secret) = latchkey.administrator("ana@example.com").await.create_active("api_key", "WMS").await;
    let bearer = format!("Bearer {secret}");
    latchkey.ping(&bearer).await.is(200);
    latchkey.engine.close().await;
    let answer = latchkey.ping(&bearer).await.must_be_problem(503, "unavailable");
    assert_eq!((answer.header("retry-after"), answer.header("www-authenticate")), ("1".to_owned(), String::new()));
    latchkey.get("/readyz").await.must_be_problem(503, "unavailable");
    latchkey.get("/livez").await.is(200);
}
