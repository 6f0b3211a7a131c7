//! `/livez` and `/readyz`.

use crate::support::Latchkey;

#[tokio::test]
async fn the_process_lives_without_its_database_and_is_not_ready() {
    let latchkey = Latchkey::start().await;
    latchkey.get("/livez").await.is(200);
    latchkey.get("/readyz").await.is(200);
    latchkey.engine.close().await;
    latchkey.get("/livez").await.is(200);
    latchkey.get("/readyz").await.must_be_problem(503, "unavailable");
}
