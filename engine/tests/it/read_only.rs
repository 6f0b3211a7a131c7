//! `PostgreSQL` that is read-only for all nodes or for some: which calls succeed, and what a confirmed deactivation means.

use std::time::Duration;

use latchkey_engine::{
    DatabaseError, Engine, NodeSettings, OpenError, Readiness, Settings, StorageError,
    keys::{CreateAccessKeyError, KeyChangeError, SetStatusError},
    operations::housekeeping,
    operations::move_database::{MoveError, move_database},
    people::SignInError,
    verification::VerifyError,
};
use latchkey_model::access_key::{Activation, CreatedAccessKey, Kind, StatusSet};
use tokio::time::sleep;

use crate::support::{
    ADDRESS, Latchkey, creation,
    database::texts,
    open_engine, other_password, proof_of,
    relay::{Relay, read_only},
    secret_of, settings, token_of,
};

/// Opens a node on the same database through another URL.
async fn node_by(one: &Latchkey, url: &str, name: &str) -> Latchkey {
    let node = Some(NodeSettings { name: name.to_owned(), max_staleness: Duration::from_secs(5) });
    let engine = open_engine(Settings { node, ..settings(url) }, one.clock.clone()).await.unwrap();
    Latchkey { engine, clock: one.clock.clone(), database: url.to_owned(), folder: tempfile::tempdir().unwrap() }
}

/// A node that writes, a node that may only read, and a key that both have in their caches.
struct Two {
    writer: Latchkey,
    reader: Latchkey,
    ana: latchkey_engine::people::Caller,
    key: CreatedAccessKey,
}

impl Two {
    async fn start(reader_url: impl FnOnce(&str) -> String) -> Option<Self> {
        let writer = Latchkey::on_postgres().await?;
        let ana = writer.administrator("ana@example.com").await;
        let key = writer.create_active(&ana, Kind::ApiKey, "WMS").await;
        let reader = node_by(&writer, &reader_url(&writer.database), "berlin-2").await;
        let two = Self { writer, reader, ana, key };
        assert!(two.reader.accepts(&two.key).await && two.reader.accepts(&two.key).await);
        Some(two)
    }

    async fn set(&self, status: Activation) -> StatusSet {
        let administrator = self.ana.administrator().unwrap();
        self.writer.engine.keys.set_status(&administrator, &self.key.key.id, status).await.unwrap()
    }

    async fn verify_on_reader(&self) -> Result<(), VerifyError> {
        self.reader.engine.verification.verify_bearer(secret_of(&self.key), ADDRESS).await.map(|_| ())
    }
}

/// Makes new sessions of a database read-only or writable, through another database, as an operator does.
async fn set_read_only(database: &str, value: &str) {
    let mut server = url::Url::parse(database).unwrap();
    let name = server.path().trim_start_matches('/').to_owned();
    server.set_path("postgres");
    texts(server.as_str(), format!("ALTER DATABASE {name} SET default_transaction_read_only = {value}")).await;
}

/// Ends every session of a database.
async fn end_sessions(database: &str) {
    let mut server = url::Url::parse(database).unwrap();
    let name = server.path().trim_start_matches('/').to_owned();
    server.set_path("postgres");
    let end = format!("SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity WHERE datname = '{name}'");
    texts(server.as_str(), end).await;
}

async fn until(engine: &Engine, readiness: Readiness) {
    for _ in 0..2000 {
        if engine.check_ready().await.is_ok_and(|now| now == readiness) {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not become {readiness:?}")
}

#[tokio::test]
async fn a_read_only_node_verifies_and_is_included_in_confirmations() {
    let Some(two) = Two::start(read_only).await else { return };
    assert_eq!(two.reader.engine.check_ready().await.unwrap(), Readiness::ReadOnly);
    assert_eq!(two.writer.engine.check_ready().await.unwrap(), Readiness::Ready);
    for _ in 0..25 {
        let set = two.set(Activation::Inactive).await;
        assert!(matches!(two.verify_on_reader().await, Err(VerifyError::Refused)), "the deactivation is confirmed");
        assert_eq!(
            (set.applied.as_slice(), set.pending.len()),
            (["berlin-1", "berlin-2"].map(str::to_owned).as_slice(), 0)
        );
        let set = two.set(Activation::Active).await;
        assert_eq!((set.applied.len(), set.pending.len()), (2, 0));
        two.verify_on_reader().await.unwrap();
    }
    let row = texts(&two.writer.database, "SELECT name FROM nodes").await;
    assert_eq!(row, ["berlin-1"], "the reader has no row: only its locks represent it");
}

#[tokio::test]
async fn a_reader_that_hears_nothing_is_reported_and_stops_verifying() {
    let Some(writer) = Latchkey::on_postgres().await else { return };
    let relay = Relay::to(&writer.database);
    let ana = writer.administrator("ana@example.com").await;
    let key = writer.create_active(&ana, Kind::ApiKey, "WMS").await;
    let reader = node_by(&writer, &relay.read_only_url(), "berlin-2").await;
    let two = Two { writer, reader, ana, key };
    two.verify_on_reader().await.unwrap();
    two.verify_on_reader().await.unwrap();
    // PostgreSQL does not notice: the locks remain.
    relay.silence();
    let set = two.set(Activation::Inactive).await;
    assert_eq!((set.applied, set.pending), (vec!["berlin-1".to_owned()], vec!["berlin-2".to_owned()]));
    while two.verify_on_reader().await.is_ok() {
        sleep(Duration::from_millis(10)).await;
    }
    relay.resume();
    while !two.reader.engine.is_current() {
        sleep(Duration::from_millis(10)).await;
    }
    assert!(matches!(two.verify_on_reader().await, Err(VerifyError::Refused)));
}

#[tokio::test]
async fn a_reader_without_its_locks_is_waited_for_while_it_may_verify() {
    let Some(writer) = Latchkey::on_postgres().await else { return };
    let relay = Relay::to(&writer.database);
    let ana = writer.administrator("ana@example.com").await;
    let key = writer.create_active(&ana, Kind::ApiKey, "WMS").await;
    let reader = node_by(&writer, &relay.read_only_url(), "berlin-2").await;
    let two = Two { writer, reader, ana, key };
    for _ in 0..3 {
        two.verify_on_reader().await.unwrap();
        two.verify_on_reader().await.unwrap();
        // The reader's session and locks end. It cannot reach the database, and relies on its latest proof.
        relay.cut();
        let locks = "SELECT CAST(count(*) AS TEXT) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1280595539 \
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while texts(&two.writer.database, locks).await != ["0"] {}
        let set = two.set(Activation::Inactive).await;
        assert!(two.verify_on_reader().await.is_err(), "the deactivation is confirmed on every node that may verify");
        assert_eq!(set.pending, [""; 0]);
        relay.resume();
        while !two.reader.engine.is_current() {
            sleep(Duration::from_millis(10)).await;
        }
        assert!(matches!(two.verify_on_reader().await, Err(VerifyError::Refused)));
        two.set(Activation::Active).await;
    }
}

#[tokio::test]
async fn a_node_that_starts_after_a_reader_was_lost_waits_for_it() {
    let Some(writer) = Latchkey::on_postgres().await else { return };
    let relay = Relay::to(&writer.database);
    let ana = writer.administrator("ana@example.com").await;
    let key = writer.create_active(&ana, Kind::ApiKey, "WMS").await;
    let reader = node_by(&writer, &relay.read_only_url(), "berlin-2").await;
    let two = Two { writer, reader, ana, key };
    two.verify_on_reader().await.unwrap();
    two.verify_on_reader().await.unwrap();
    two.writer.engine.close().await;
    // No running node has seen the reader.
    relay.cut();
    let newcomer = node_by(&two.writer, &two.writer.database, "berlin-3").await;
    let administrator = two.ana.administrator().unwrap();
    let id = &two.key.key.id;
    newcomer.engine.keys.set_status(&administrator, id, Activation::Inactive).await.unwrap();
    assert!(two.verify_on_reader().await.is_err(), "the deactivation is confirmed on every node that may verify");
    relay.resume();
}

#[tokio::test]
async fn a_read_only_database_accepts_keys_refuses_changes_and_recovers() {
    let Some(two) = Two::start(str::to_owned).await else { return };
    let client = two.writer.create_active(&two.ana, Kind::OAuthClient, "ERP").await;
    let unused = two.writer.create_active(&two.ana, Kind::ApiKey, "never used").await;
    let link = two.writer.engine.people.make_operator_recovery_link("ana@example.com").await.unwrap();
    let session = two.writer.engine.people.reset_password(&token_of(&link), &other_password(), ADDRESS).await.unwrap();
    let database = two.writer.database.clone();
    set_read_only(&database, "on").await;
    end_sessions(&database).await;
    for node in [&two.writer, &two.reader] {
        until(&node.engine, Readiness::ReadOnly).await;
        assert!(node.accepts(&two.key).await && node.accepts(&unused).await);
        node.engine.oauth.issue_token(&proof_of(&client), None, ADDRESS).await.unwrap();
        node.clock.advance(Duration::from_mins(2));
        // The use of the session is recorded every minute, if the database is writable.
        let ana = node.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().unwrap();
        let administrator = ana.administrator().unwrap();
        let created = node.engine.keys.create(&administrator, &creation(Kind::ApiKey, "TMS")).await;
        assert!(matches!(created, Err(CreateAccessKeyError::Storage(StorageError::ReadOnly))), "{created:?}");
        let set = node.engine.keys.set_status(&administrator, &two.key.key.id, Activation::Inactive).await;
        assert!(matches!(set, Err(SetStatusError::Change(KeyChangeError::Storage(StorageError::ReadOnly)))), "{set:?}");
        let signed_in =
            node.engine.people.sign_in("ana@example.com", &other_password(), None, ADDRESS).await.map(|_| ());
        assert!(matches!(signed_in, Err(SignInError::Storage(StorageError::ReadOnly))), "{signed_in:?}");
    }
    // Until every node's lease has ended: from then on no proof by writing is recent enough.
    let alive = "SELECT name FROM nodes WHERE lives_until > extract(epoch FROM clock_timestamp()) * 1000";
    while !texts(&database, alive).await.is_empty() {
        assert!(two.writer.accepts(&two.key).await && two.reader.accepts(&two.key).await);
    }
    assert!(two.writer.accepts(&two.key).await && two.reader.accepts(&two.key).await);
    set_read_only(&database, "off").await;
    for node in [&two.writer, &two.reader] {
        until(&node.engine, Readiness::Ready).await;
        // Many times, so that a read-only connection left in the pool would be used.
        node.engine.people.sign_in("ana@example.com", &other_password(), None, ADDRESS).await.unwrap();
        for _ in 0..25 {
            node.create(&two.ana, Kind::ApiKey, "TMS").await;
        }
    }
    housekeeping::run(&two.writer.engine, sleep(Duration::from_millis(50))).await;
    let used = two.writer.engine.keys.get(&two.ana, &unused.key.id).await.unwrap().key;
    assert!(used.first_used.is_some(), "the first use was written later");
    let set = two.set(Activation::Inactive).await;
    assert_eq!((set.applied.len(), set.pending.len()), (2, 0));
}

#[tokio::test]
async fn open_writable_connections_do_not_hide_a_read_only_database() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    let ana = one.administrator("ana@example.com").await;
    let database = one.database.clone();
    set_read_only(&database, "on").await;
    // Open connections still write. As soon as a new connection is refused, no further change is tried.
    let create = async || one.engine.keys.create(&ana.administrator().unwrap(), &creation(Kind::ApiKey, "a")).await;
    while one.engine.check_ready().await.unwrap() == Readiness::Ready {
        let _ = tokio::join!(create(), create(), create(), create(), create(), create(), create(), create());
    }
    assert!(matches!(create().await, Err(CreateAccessKeyError::Storage(StorageError::ReadOnly))));
    set_read_only(&database, "off").await;
    until(&one.engine, Readiness::Ready).await;
    for _ in 0..25 {
        create().await.unwrap();
    }
}

#[tokio::test]
async fn a_start_that_needs_a_migration_reports_a_read_only_database() {
    let Some(one) = Latchkey::on_postgres().await else { return };
    one.engine.close().await;
    let database = one.database.clone();
    let start = async || open_engine(settings(&read_only(&database)), one.clock.clone()).await.map(|_| ());
    start().await.unwrap();
    texts(&database, "DELETE FROM _sqlx_migrations WHERE version = 3").await;
    let refused = start().await;
    assert!(matches!(refused, Err(OpenError::Database(DatabaseError::ReadOnlySchema))), "{refused:?}");
    texts(&database, "DROP TABLE _sqlx_migrations").await;
    let refused = start().await;
    assert!(matches!(refused, Err(OpenError::Database(DatabaseError::ReadOnlySchema))), "{refused:?}");
}

#[tokio::test]
async fn a_database_used_by_a_read_only_node_is_not_moved() {
    let Some(two) = Two::start(read_only).await else { return };
    two.writer.engine.close().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let target = format!("sqlite://{}", elsewhere.path().join("latchkey.db").display());
    let refused = move_database(&two.writer.database, &target).await.map(|_| ());
    assert!(matches!(&refused, Err(MoveError::Served(names)) if names == "berlin-2"), "{refused:?}");
    two.reader.engine.close().await;
    drop(two.reader);
    // Its session ends a little later.
    loop {
        match move_database(&read_only(&two.writer.database), &target).await {
            Ok(moved) => break assert!(moved.copied),
            Err(MoveError::Served(_)) => sleep(Duration::from_millis(10)).await,
            Err(error) => panic!("{error}"),
        }
    }
}
