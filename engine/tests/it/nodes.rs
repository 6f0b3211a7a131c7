//! Several nodes on one PostgreSQL, each with a separate clock: signing keys, revocations, locks.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use latchkey_engine::{
    oauth::RevokeTokenError, operations::housekeeping, signing::Rotation, verification::VerifyError,
};
use latchkey_model::access_key::{Activation, Kind};
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::timeout;

use crate::support::{
    ADDRESS, Latchkey, creation, open_engine, other_password, proof_of, secret_of, settings, token_of,
    tokens::{client, is_good, token},
};

async fn two_nodes() -> Option<(Latchkey, Latchkey)> {
    let one = Latchkey::on_postgres().await?;
    let two = one.another_node().await;
    Some((one, two))
}

fn published(latchkey: &Latchkey) -> BTreeSet<String> {
    let keys = latchkey.engine.signing_keys.public_key_set();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Returns a connection that locks a table against changes, but not against reads.
async fn lock_table(database: &str, table: &str) -> PgConnection {
    let mut holder = PgConnection::connect(database).await.unwrap();
    holder.execute("BEGIN").await.unwrap();
    let lock = format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE");
    holder.execute(sqlx::AssertSqlSafe(lock)).await.unwrap();
    holder
}

/// Waits until this many transactions wait for a locked table.
async fn until_waiting(holder: &mut PgConnection, table: &str, transactions: i64) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE relation = CAST($1 AS regclass) AND NOT granted";
    while sqlx::query_scalar::<_, i64>(waiting).bind(table).fetch_one(&mut *holder).await.unwrap() < transactions {
        tokio::task::yield_now().await;
    }
}

/// Runs two changes of the signing keys. Both have begun before either continues.
async fn at_once<T>(database: &str, one: impl Future<Output = T>, two: impl Future<Output = T>) -> (T, T) {
    let mut holder = lock_table(database, "signing_keys").await;
    let release = async {
        until_waiting(&mut holder, "signing_keys", 2).await;
        holder.execute("ROLLBACK").await.unwrap();
    };
    let (one, two, ()) = tokio::join!(one, two, release);
    (one, two)
}

#[tokio::test]
async fn a_new_token_is_accepted_by_a_node_whose_clock_is_a_minute_behind() {
    let Some((fast, slow)) = two_nodes().await else { return };
    let client = client(&fast).await;
    fast.clock.advance(Duration::from_mins(1));
    let fresh = token(&fast, &client).await;
    assert!(is_good(&slow, &fresh).await);
    fast.clock.advance(Duration::from_secs(1));
    let too_fresh = token(&fast, &client).await;
    assert!(is_good(&fast, &too_fresh).await);
    assert!(!is_good(&slow, &too_fresh).await);
    slow.clock.advance(Duration::from_hours(1));
    assert!(is_good(&slow, &fresh).await);
    slow.clock.advance(Duration::from_mins(1));
    assert!(!is_good(&slow, &fresh).await, "an expired token stays expired");
}

#[tokio::test]
async fn revocation_does_not_depend_on_the_clock_of_the_node() {
    let Some((one, two)) = two_nodes().await else { return };
    let client = client(&one).await;
    let earlier = token(&one, &client).await;
    one.clock.advance(Duration::from_mins(5));
    let later = token(&one, &client).await;
    assert!(!is_good(&two, &later).await, "not valid yet by the second node's clock");
    two.engine.oauth.revoke_token(&proof_of(&client), &later, ADDRESS).await.unwrap();
    assert!(!is_good(&one, &later).await);
    two.clock.advance(Duration::from_hours(1));
    assert!(!is_good(&two, &earlier).await && is_good(&one, &earlier).await, "expired by the second node's clock");
    two.engine.oauth.revoke_token(&proof_of(&client), &earlier, ADDRESS).await.unwrap();
    assert!(!is_good(&one, &earlier).await);
}

#[tokio::test]
async fn two_first_starts_at_once_create_one_signing_key() {
    let Some(latchkey) = Latchkey::on_postgres().await else { return };
    let database = latchkey.database.as_str();
    let mut connection = PgConnection::connect(database).await.unwrap();
    connection.execute("DELETE FROM signing_keys").await.unwrap();
    let start = || Box::pin(open_engine(settings(database), latchkey.clock.clone()));
    let (one, two) = at_once(database, start(), start()).await;
    let (one, two) = (one.unwrap().signing_keys.public_key_set(), two.unwrap().signing_keys.public_key_set());
    assert_eq!(one["keys"].as_array().unwrap().len(), 1);
    assert_eq!(one, two);
}

#[tokio::test]
async fn two_nodes_that_renew_or_rotate_at_once_create_one_signing_key() {
    let Some((one, two)) = two_nodes().await else { return };
    for latchkey in [&one, &two] {
        latchkey.clock.advance(Duration::from_hours(90 * 24));
    }
    let first = published(&one);
    let renewed = at_once(&one.database, one.engine.signing_keys.renew(), two.engine.signing_keys.renew()).await;
    assert!(renewed.0.is_ok() && renewed.1.is_ok());
    assert_eq!((published(&one).len(), published(&one)), (2, published(&two)));
    assert!(published(&one).is_superset(&first));

    for rotation in [Rotation::Planned, Rotation::EndingAllTokens] {
        for latchkey in [&one, &two] {
            latchkey.clock.advance(Duration::from_mins(10));
        }
        let before = published(&one);
        let rotate = |latchkey: &Latchkey| {
            let engine = latchkey.engine.clone();
            async move { engine.signing_keys.rotate(rotation).await }
        };
        let rotated = at_once(&one.database, rotate(&one), rotate(&two)).await;
        assert!(rotated.0.is_ok() && rotated.1.is_ok());
        for latchkey in [&one, &two] {
            latchkey.engine.signing_keys.renew().await.unwrap();
        }
        assert_eq!(published(&one), published(&two));
        let expected = if rotation == Rotation::Planned { before.len() + 1 } else { 1 };
        assert_eq!(published(&one).len(), expected, "{rotation:?}");
    }
}

#[tokio::test]
async fn every_node_accepts_the_first_token_of_a_new_signing_key() {
    let Some((one, two)) = two_nodes().await else { return };
    let client = client(&one).await;
    let dropped = token(&one, &client).await;
    assert!(is_good(&two, &dropped).await);
    one.engine.signing_keys.rotate(Rotation::EndingAllTokens).await.unwrap();
    let new = token(&one, &client).await;
    assert!(is_good(&two, &new).await);
    assert_eq!(published(&two), published(&one));
    assert!(!is_good(&two, &dropped).await);
    assert!(is_good(&one, &token(&two, &client).await).await, "the second node signs with the new key too");
}

#[tokio::test]
async fn a_node_can_revoke_a_token_of_a_signing_key_it_has_not_loaded() {
    let Some((one, two)) = two_nodes().await else { return };
    let client = client(&one).await;
    one.engine.signing_keys.rotate(Rotation::EndingAllTokens).await.unwrap();
    let new = token(&one, &client).await;
    two.engine.oauth.revoke_token(&proof_of(&client), &new, ADDRESS).await.unwrap();
    assert!(!is_good(&one, &new).await);
}

#[tokio::test]
async fn unknown_signing_keys_are_looked_up_at_most_once_a_second() {
    let Some((one, two)) = two_nodes().await else { return };
    let client = client(&one).await;
    let header = json!({ "typ": "at+jwt", "alg": "ES256", "kid": "made-up" });
    let made_up = format!("{}.e30.AA", BASE64_URL_SAFE_NO_PAD.encode(header.to_string()));
    let requests_after = async |passed: Duration| {
        two.clock.advance(passed);
        let before = two.engine.statistics().database_requests;
        assert!(!is_good(&two, &made_up).await);
        two.engine.statistics().database_requests - before
    };
    let passed = [0, 0, 999, 1, 0].map(Duration::from_millis);
    let mut requests = Vec::new();
    for passed in passed {
        requests.push(requests_after(passed).await);
    }
    assert_eq!(requests, [1, 0, 0, 1, 0]);
    assert!(is_good(&two, &token(&one, &client).await).await);
}

#[tokio::test]
async fn a_token_of_an_unknown_signing_key_gets_no_verdict_without_the_database() {
    let Some((one, two)) = two_nodes().await else { return };
    let client = client(&one).await;
    one.engine.signing_keys.rotate(Rotation::EndingAllTokens).await.unwrap();
    let new = token(&one, &client).await;
    two.engine.close().await;
    assert!(matches!(two.engine.verification.verify_bearer(&new, ADDRESS).await, Err(VerifyError::Storage(_))));
}

#[tokio::test]
async fn a_node_with_a_fast_clock_keeps_revocations_that_a_slow_node_needs() {
    let Some((fast, slow)) = two_nodes().await else { return };
    let client = client(&slow).await;
    let revoked = token(&slow, &client).await;
    slow.engine.oauth.revoke_token(&proof_of(&client), &revoked, ADDRESS).await.unwrap();
    slow.clock.advance(Duration::from_secs(3599));
    fast.clock.advance(Duration::from_secs(3599 + 60));
    housekeeping::purge_expired(&fast.engine).await.unwrap();
    assert!(!is_good(&slow, &revoked).await);
    fast.clock.advance(Duration::from_mins(5));
    housekeeping::purge_expired(&fast.engine).await.unwrap();
    let mut connection = PgConnection::connect(&fast.database).await.unwrap();
    let kept = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM revoked_tokens").fetch_one(&mut connection).await;
    assert_eq!(kept.unwrap(), 0, "it is purged later");
}

#[tokio::test]
async fn a_flood_of_revocations_does_not_block_other_requests() {
    let Some(latchkey) = Latchkey::on_postgres().await else { return };
    let ana = latchkey.administrator("ana@example.com").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let token = token(&latchkey, &client).await;
    let key = latchkey.create(&ana, Kind::ApiKey, "WMS").await;
    let mut holder = lock_table(&latchkey.database, "revoked_tokens").await;
    let flood: Vec<_> = (0..100)
        .map(|_| {
            let (engine, client, token) = (latchkey.engine.clone(), client.clone(), token.clone());
            tokio::spawn(async move { engine.oauth.revoke_token(&proof_of(&client), &token, ADDRESS).await })
        })
        .collect();
    until_waiting(&mut holder, "revoked_tokens", 1).await;
    let administrator = ana.administrator().unwrap();
    latchkey.engine.keys.set_status(&administrator, &key.key.id, Activation::Active).await.unwrap();
    latchkey.engine.keys.create(&administrator, &creation(Kind::ApiKey, "another")).await.unwrap();
    latchkey.engine.verification.verify_api_key(secret_of(&key), ADDRESS).await.unwrap();
    // 4 revocations run and 64 wait; the other 32 are refused.
    while flood.iter().filter(|revocation| revocation.is_finished()).count() < 32 {
        tokio::task::yield_now().await;
    }
    holder.execute("ROLLBACK").await.unwrap();
    let mut refused = 0;
    for revocation in flood {
        match revocation.await.unwrap() {
            Ok(()) => {}
            Err(RevokeTokenError::Overloaded(_)) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(refused, 32, "exactly these must be retried");
}

#[tokio::test]
async fn a_session_is_valid_even_if_its_use_cannot_be_recorded() {
    let Some(latchkey) = Latchkey::on_postgres().await else { return };
    latchkey.administrator("ana@example.com").await;
    let link = latchkey.engine.people.make_operator_recovery_link("ana@example.com").await.unwrap();
    let session = latchkey.engine.people.reset_password(&token_of(&link), &other_password(), ADDRESS).await.unwrap();
    let mut holder = lock_table(&latchkey.database, "sessions").await;
    latchkey.clock.advance(Duration::from_mins(2));
    timeout(Duration::from_mins(1), latchkey.caller(&session)).await.expect("it does not wait for a writer");
    holder.execute("ROLLBACK").await.unwrap();
    latchkey.caller(&session).await;
}
