//! An assertion is accepted once, on all nodes together.

use std::time::Duration;

use latchkey_engine::{oauth::IssueTokenError, operations::housekeeping};
use serde_json::json;

use super::{NOW, claims, client_of, is_accepted, present};
use crate::support::{
    Latchkey,
    database::run,
    key_pairs::{pair, signed},
};

on_both_databases! {
    an_assertion_is_accepted_once
    remembered_assertions_are_limited_per_client
}

async fn an_assertion_is_accepted_once(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let (one, two) = (client_of(&latchkey, &ana, &pair).await, client_of(&latchkey, &ana, &pair).await);
    let jwt = signed(&pair, &claims(&one, "once"));
    assert!(is_accepted(&latchkey, &jwt).await);
    assert!(!is_accepted(&latchkey, &jwt).await);
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&two, "once"))).await, "each client has its own identifiers");
    let latchkey = latchkey.restart().await;
    assert!(!is_accepted(&latchkey, &jwt).await, "the identifier is stored in the database");
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&one, "twice"))).await);
}

#[tokio::test]
async fn an_assertion_sent_to_two_nodes_at_once_is_accepted_once() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let two = one.another_node().await;
    let ana = one.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&one, &ana, &pair).await;
    for number in 0..20 {
        let jwt = signed(&pair, &claims(&client, &number.to_string()));
        let accepted = tokio::join!(is_accepted(&one, &jwt), is_accepted(&two, &jwt));
        assert!(accepted.0 != accepted.1, "exactly one is accepted: {accepted:?}");
    }
}

#[tokio::test]
async fn a_node_with_a_fast_clock_keeps_assertions_that_a_slow_node_would_accept() {
    let Some(slow) = Latchkey::on_postgres().await else { return };
    let fast = slow.another_node().await;
    let ana = slow.administrator("ana@example.com").await;
    let pair = pair();
    let client = client_of(&slow, &ana, &pair).await;
    let jwt = signed(&pair, &claims(&client, "once"));
    assert!(is_accepted(&slow, &jwt).await);
    slow.clock.advance(Duration::from_secs(69));
    fast.clock.advance(Duration::from_secs(69 + 60));
    housekeeping::purge_expired(&fast.engine).await.unwrap();
    assert!(!is_accepted(&slow, &jwt).await);
    assert!(is_accepted(&slow, &signed(&pair, &claims(&client, "another"))).await, "it has not expired");
}

async fn remembered_assertions_are_limited_per_client(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let pair = pair();
    let (full, other) = (client_of(&latchkey, &ana, &pair).await, client_of(&latchkey, &ana, &pair).await);
    let ends_at = (NOW + 100) * 1000;
    let statement = format!(
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 9999) \
         INSERT INTO used_assertions (client_id, jti, ends_at) SELECT '{}', 'used ' || number, {ends_at} FROM numbers",
        full.key.id
    );
    run(&latchkey.database, statement).await;
    assert!(is_accepted(&latchkey, &signed(&pair, &claims(&full, "the last one"))).await);
    let refused = present(&latchkey, &signed(&pair, &claims(&full, "one more"))).await;
    assert!(matches!(refused, Err(IssueTokenError::Overloaded(_))), "{refused:?}");
    assert!(!is_accepted(&latchkey, &signed(&pair, &claims(&full, "the last one"))).await, "it is still remembered");
    assert!(
        is_accepted(&latchkey, &signed(&pair, &claims(&other, "one more"))).await,
        "each client has a separate limit"
    );
    latchkey.clock.advance(Duration::from_secs(100));
    let mut later = claims(&full, "one more");
    later["exp"] = json!(NOW + 200);
    assert!(is_accepted(&latchkey, &signed(&pair, &later)).await, "expired assertions no longer count");
}
