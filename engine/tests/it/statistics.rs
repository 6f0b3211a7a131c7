//! The statistics of an engine.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use latchkey_model::access_key::Kind;
use tokio::time::timeout;

use crate::support::{ADDRESS, Latchkey, forged, proof_of, secret_of};

on_both_databases! {
    known_and_hashed_secrets_are_counted_and_verdicts_are_timed
    connections_are_counted
}

async fn known_and_hashed_secrets_are_counted_and_verdicts_are_timed(latchkey: Latchkey) {
    let engine = &latchkey.engine;
    let (verdicts, longest) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
    engine.verification.observe_verdicts({
        let (verdicts, longest) = (verdicts.clone(), longest.clone());
        move |took| {
            verdicts.fetch_add(1, Ordering::Relaxed);
            longest.fetch_max(u64::try_from(took.as_nanos()).unwrap(), Ordering::Relaxed);
        }
    });
    let ana = latchkey.administrator("ana@example.com").await;
    let key = latchkey.create_active(&ana, Kind::ApiKey, "WMS").await;
    let client = latchkey.create_active(&ana, Kind::OAuthClient, "ERP").await;
    let counted = || (engine.statistics().secrets_known, engine.statistics().secrets_hashed);
    assert_eq!(counted(), (0, 0), "creating a secret does not count as presenting it");
    for _ in 0..3 {
        assert!(latchkey.accepts(&key).await);
    }
    assert_eq!(counted(), (2, 1));
    let wrong = forged(secret_of(&key));
    assert!(engine.verification.verify_api_key(&wrong, ADDRESS).await.is_err());
    assert_eq!(counted(), (3, 1), "a wrong secret is recognized without a hash");
    engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await.unwrap();
    assert_eq!(counted(), (3, 2));
    assert_eq!(verdicts.load(Ordering::Relaxed), 5);
    assert!(longest.load(Ordering::Relaxed) > 0);
}

async fn connections_are_counted(latchkey: Latchkey) {
    let connections = || latchkey.engine.statistics().connections;
    assert!(latchkey.engine.check_ready().await.is_ok());
    let most = if latchkey.database.starts_with("postgres") { 20 } else { 9 };
    assert_eq!(connections().max, most);
    assert!((1..=most).contains(&(connections().idle + connections().used)));
    let within_a_minute = timeout(Duration::from_mins(1), async {
        while connections().used > 0 {
            tokio::task::yield_now().await;
        }
    });
    within_a_minute.await.expect("unused connections become idle");
}

#[tokio::test]
async fn sqlite_reports_one_current_node() {
    let cluster = Latchkey::on_sqlite().await.engine.statistics().cluster;
    assert_eq!((cluster.lag, cluster.nodes), (Duration::ZERO, 1));
    assert_eq!((cluster.applied, cluster.behind), (0, 0));
}

#[tokio::test]
async fn nodes_count_each_other_without_a_key_change() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let nodes = |latchkey: &Latchkey| latchkey.engine.statistics().cluster.nodes;
    let until = async |latchkey: &Latchkey, count: usize| {
        while nodes(latchkey) != count {
            tokio::task::yield_now().await;
        }
    };
    until(&one, 1).await;
    let two = one.another_node().await;
    until(&one, 2).await;
    until(&two, 2).await;
    let ana = one.administrator("ana@example.com").await;
    one.create_active(&ana, Kind::ApiKey, "WMS").await;
    let applied = |latchkey: &Latchkey| latchkey.engine.statistics().cluster.applied;
    assert!(applied(&one) > 0);
    while applied(&two) != applied(&one) {
        tokio::task::yield_now().await;
    }
    assert!(two.engine.statistics().cluster.lag < Duration::from_secs(5));
    two.engine.close().await;
    until(&one, 1).await;
}
