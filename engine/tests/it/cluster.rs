//! Several nodes on one PostgreSQL: a confirmed change applies on every node.

use std::{net::IpAddr, time::Duration};

use latchkey_engine::{Engine, StorageError, signing::Rotation, verification::VerifyError};
use latchkey_model::{
    access_key::{Activation, CreatedAccessKey, Kind, StatusSet},
    redacted::Password,
};
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::sleep;

use crate::support::{
    ADDRESS, Latchkey,
    database::{run, texts},
    open_engine, secret_of, settings,
    tokens::{client, is_good, token},
};

const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 9));

/// Three nodes, and a key that each has in its cache.
struct Cluster {
    nodes: [Latchkey; 3],
    ana: latchkey_engine::people::Caller,
    key: CreatedAccessKey,
}

impl Cluster {
    async fn start() -> Option<Self> {
        let one = Latchkey::on_postgres().await?;
        let two = one.another_node_named("berlin-2", Duration::from_secs(3)).await;
        let three = one.another_node_named("berlin-3", Duration::from_secs(5)).await;
        let ana = one.administrator("ana@example.com").await;
        let key = one.create_active(&ana, Kind::ApiKey, "WMS").await;
        let cluster = Self { nodes: [one, two, three], ana, key };
        for node in &cluster.nodes {
            // The first use is written at once, and the key is read again.
            assert!(node.accepts(&cluster.key).await && node.accepts(&cluster.key).await);
        }
        Some(cluster)
    }

    /// Sets the key's status on one node.
    async fn set(&self, status: Activation) -> StatusSet {
        let administrator = self.ana.administrator().unwrap();
        self.nodes[0].engine.keys.set_status(&administrator, &self.key.key.id, status).await.unwrap()
    }

    async fn verdict(&self, node: usize) -> Result<(), VerifyError> {
        self.nodes[node].engine.verification.verify_bearer(secret_of(&self.key), ADDRESS).await.map(|_| ())
    }

    async fn assert_all_refuse(&self) {
        for node in 0..3 {
            assert!(matches!(self.verdict(node).await, Err(VerifyError::Refused)), "node {node}");
        }
    }

    /// Prevents the second node from reporting its progress, until the transaction ends.
    async fn disconnect_second_node(&self) -> PgConnection {
        let mut holder = PgConnection::connect(&self.nodes[0].database).await.unwrap();
        holder.execute("BEGIN").await.unwrap();
        holder.execute("SELECT 1 FROM nodes WHERE name = 'berlin-2' FOR UPDATE").await.unwrap();
        holder
    }

    /// Waits until the second node no longer accepts the key, and returns the error.
    async fn wait_until_second_node_stops(&self) -> VerifyError {
        for _ in 0..1000 {
            match self.verdict(1).await {
                Ok(()) => sleep(Duration::from_millis(10)).await,
                Err(error) => return error,
            }
        }
        panic!("it still accepts the key")
    }
}

#[tokio::test]
async fn a_confirmed_status_applies_on_every_node() {
    let Some(cluster) = Cluster::start().await else { return };
    let set = cluster.set(Activation::Inactive).await;
    assert_eq!(
        (set.applied.as_slice(), set.pending.len()),
        (["berlin-1", "berlin-2", "berlin-3"].map(str::to_owned).as_slice(), 0)
    );
    cluster.assert_all_refuse().await;
    let set = cluster.set(Activation::Active).await;
    assert_eq!((set.applied.len(), set.pending.len()), (3, 0));
    for node in 0..3 {
        cluster.verdict(node).await.unwrap();
    }
    assert!(set.tokens_end_by.is_none());
}

#[tokio::test]
async fn a_cached_credential_needs_no_database_on_any_node() {
    let Some(cluster) = Cluster::start().await else { return };
    for node in &cluster.nodes {
        let counted = |engine: &Engine| (engine.statistics().database_requests, engine.statistics().secret_hashes);
        let before = counted(&node.engine);
        for _ in 0..100 {
            assert!(node.accepts(&cluster.key).await);
        }
        assert_eq!(counted(&node.engine), before);
    }
}

#[tokio::test]
async fn nodes_poll_for_changes_without_notifications() {
    let Some(cluster) = Cluster::start().await else { return };
    let end_notifications = "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity \
                WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    assert_eq!(texts(&cluster.nodes[0].database, end_notifications).await.len(), 3);
    let set = cluster.set(Activation::Inactive).await;
    assert_eq!((set.applied.len(), set.pending.len()), (3, 0));
    cluster.assert_all_refuse().await;
}

#[tokio::test]
async fn a_disconnected_node_is_reported_stops_verifying_and_recovers() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut holder = cluster.disconnect_second_node().await;
    let set = cluster.set(Activation::Inactive).await;
    assert_eq!(set.pending, ["berlin-2"]);
    assert_eq!(set.applied, ["berlin-1", "berlin-3"]);
    let stopped = cluster.wait_until_second_node_stops().await;
    assert!(matches!(stopped, VerifyError::Storage(StorageError::OutOfTouch)), "it gives no verdict");
    assert!(cluster.nodes[1].engine.check_ready().await.is_err());
    holder.execute("ROLLBACK").await.unwrap();
    while !cluster.nodes[1].engine.is_current() {
        sleep(Duration::from_millis(10)).await;
    }
    cluster.assert_all_refuse().await;
}

#[tokio::test]
async fn a_node_that_missed_too_many_changes_reloads_every_key() {
    let Some(cluster) = Cluster::start().await else { return };
    cluster.nodes[1].engine.key_cache.fill().await.unwrap();
    let mut holder = cluster.disconnect_second_node().await;
    assert_eq!(cluster.set(Activation::Inactive).await.pending, ["berlin-2"]);
    run(&cluster.nodes[0].database, "DELETE FROM changes").await;
    holder.execute("ROLLBACK").await.unwrap();
    let stopped = cluster.wait_until_second_node_stops().await;
    assert!(!matches!(stopped, VerifyError::Overloaded(_)));
    while !cluster.nodes[1].engine.is_current() {
        sleep(Duration::from_millis(10)).await;
    }
    cluster.assert_all_refuse().await;
    assert_eq!(cluster.set(Activation::Active).await.applied.len(), 3);
    cluster.verdict(1).await.unwrap();
}

#[tokio::test]
async fn a_promoted_replica_without_all_changes_is_detected() {
    let Some(cluster) = Cluster::start().await else { return };
    cluster.set(Activation::Inactive).await;
    cluster.assert_all_refuse().await;
    // A diverged history: the last change is a different one, and the deactivation is lost.
    let database = &cluster.nodes[0].database;
    run(database, "UPDATE access_keys SET state = 'active'").await;
    run(database, "UPDATE changes SET made_at = made_at + 1").await;
    let end_sessions = "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    texts(database, end_sessions).await;
    for node in 0..3 {
        while cluster.verdict(node).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn a_closed_node_verifies_nothing_and_is_not_waited_for() {
    let Some(cluster) = Cluster::start().await else { return };
    cluster.nodes[1].engine.close().await;
    assert!(matches!(cluster.verdict(1).await, Err(VerifyError::Storage(_))));
    let set = cluster.set(Activation::Inactive).await;
    assert_eq!(set.applied, ["berlin-1", "berlin-3"]);
    assert_eq!(set.pending, [""; 0]);
}

#[tokio::test]
async fn deactivation_reports_the_last_use_on_any_node() {
    let Some(cluster) = Cluster::start().await else { return };
    let last = &cluster.nodes[2];
    last.clock.advance(Duration::from_secs(9));
    last.engine.verification.verify_bearer(secret_of(&cluster.key), ELSEWHERE).await.unwrap();
    let last_used = cluster.set(Activation::Inactive).await.key.last_used.unwrap();
    assert_eq!(last_used.from, ELSEWHERE.to_string());
}

#[tokio::test]
async fn repeating_a_status_confirms_it_again() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut holder = cluster.disconnect_second_node().await;
    assert_eq!(cluster.set(Activation::Inactive).await.pending, ["berlin-2"]);
    holder.execute("ROLLBACK").await.unwrap();
    let set = cluster.set(Activation::Inactive).await;
    assert_eq!((set.applied.len(), set.pending.len()), (3, 0));
    cluster.assert_all_refuse().await;
}

#[tokio::test]
async fn deactivating_a_client_reports_when_its_tokens_end() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let _two = one.another_node().await;
    let ana = one.administrator("ana@example.com").await;
    let created = one.create_active(&ana, Kind::OAuthClient, "ERP").await;
    token(&one, &created).await;
    let administrator = ana.administrator().unwrap();
    let set = one.engine.keys.set_status(&administrator, &created.key.id, Activation::Inactive).await.unwrap();
    assert_eq!(set.tokens_end_by, Some(set.applied_at.plus(Duration::from_hours(1))));
}

#[tokio::test]
async fn tokens_ended_by_a_rotation_are_refused_on_every_node() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let two = one.another_node().await;
    let client = client(&one).await;
    let ended = token(&one, &client).await;
    assert!(is_good(&two, &ended).await);
    let confirmation = one.engine.signing_keys.rotate(Rotation::EndingAllTokens).await.unwrap();
    assert_eq!(confirmation.applied.len(), 2);
    assert!(!is_good(&two, &ended).await && !is_good(&one, &ended).await);
}

#[tokio::test]
async fn nodes_starting_at_once_initialize_an_empty_database_once() {
    let Some(seed) = Latchkey::on_postgres().await else { return };
    let database = seed.database.clone();
    seed.engine.close().await;
    run(&database, "DROP SCHEMA public CASCADE").await;
    run(&database, "CREATE SCHEMA public").await;
    let start = async || {
        let engine = open_engine(settings(&database), seed.clock.clone()).await.unwrap();
        let password = Password::from("copper-heron-lantern-47".to_owned());
        let made = engine.people.create_first_administrator("Northwind", "ana@example.com", &password).await.unwrap();
        (engine, made)
    };
    let (one, two, three) = tokio::join!(start(), start(), start());
    let made = [one.1, two.1, three.1];
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    for (table, rows) in [("organizations", "1"), ("members", "1"), ("signing_keys", "1"), ("nodes", "3")] {
        let count = texts(&database, format!("SELECT CAST(count(*) AS TEXT) FROM {table}")).await;
        assert_eq!(count, [rows], "{table}");
    }
    assert!(
        one.0.signing_keys.public_key_set() == two.0.signing_keys.public_key_set()
            && two.0.signing_keys.public_key_set() == three.0.signing_keys.public_key_set()
    );
}
