//! Keys that are created at once share a commit and nothing else: each succeeds or fails independently.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex},
    task::Poll,
};

use latchkey_engine::{Engine, OsRandom, Random, keys::CreateAccessKeyError, people::Caller};
use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey, Kind},
    id::RequestId,
    member::Role,
};

use crate::support::{
    Latchkey, creation,
    database::{dump, run, texts},
    key_pairs::pair,
    settings,
};

on_both_databases! {
    concurrent_creations_share_commits_and_each_has_its_record
    a_failed_creation_does_not_affect_the_others
    a_failed_commit_fails_every_creation_and_stores_nothing
    a_creation_cancelled_before_its_turn_stores_nothing
    a_creation_cancelled_during_the_write_stores_a_complete_key
    a_panic_fails_only_its_own_group
}

type Made = Result<CreatedAccessKey, CreateAccessKeyError>;
type Making = Pin<Box<dyn Future<Output = Made> + Send>>;

/// Requests a client with a key pair: nothing is hashed before it waits to be stored.
fn client(name: &str) -> CreateAccessKey {
    CreateAccessKey { public_key: Some(pair().public), ..creation(Kind::OAuthClient, name) }
}

fn making(latchkey: &Latchkey, by: &Caller, request: CreateAccessKey) -> Making {
    let (engine, by) = (latchkey.engine.clone(), by.clone());
    Box::pin(async move { engine.keys.create(&by.administrator().unwrap(), &request).await })
}

/// Runs a creation until it waits to be stored.
async fn begun(mut making: Making) -> Making {
    let waits = poll_fn(|context| Poll::Ready(making.as_mut().poll(context).is_pending())).await;
    assert!(waits);
    making
}

/// Creates keys. All of them wait to be stored before the first is stored.
async fn at_once(makings: impl IntoIterator<Item = Making>) -> Vec<Made> {
    let mut waiting = Vec::new();
    for making in makings {
        waiting.push(begun(making).await);
    }
    let mut made = Vec::new();
    for making in waiting {
        made.push(making.await);
    }
    made
}

/// Returns the names of the stored keys, and the names of the keys with a record of their creation.
async fn stored(latchkey: &Latchkey) -> (Vec<String>, Vec<String>) {
    let names = "SELECT name FROM access_keys ORDER BY name";
    let recorded = "SELECT name FROM audit_records JOIN access_keys ON access_keys.id = subject_id \
                    WHERE action = 'created' ORDER BY name";
    (texts(&latchkey.database, names).await, texts(&latchkey.database, recorded).await)
}

async fn concurrent_creations_share_commits_and_each_has_its_record(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let names: Vec<_> = (10..30).map(|number| number.to_string()).collect();
    for made in at_once(names.iter().map(|name| making(&latchkey, &ana, client(name)))).await {
        made.unwrap();
    }
    assert_eq!(stored(&latchkey).await, (names.clone(), names));
    let expected = if latchkey.database.starts_with("postgres") { 20 } else { 1 };
    assert_eq!(latchkey.engine.statistics().creation_commits, expected);
}

/// Makes the database refuse audit records of Cy's changes.
async fn refuse_records_of_cy(database: &str) {
    let refuse = if database.starts_with("postgres") {
        "ALTER TABLE audit_records ADD CHECK (done_by <> 'cy@example.com') NOT VALID"
    } else {
        "CREATE TRIGGER refused BEFORE INSERT ON audit_records WHEN new.done_by = 'cy@example.com' \
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    };
    run(database, refuse).await;
}

async fn a_failed_creation_does_not_affect_the_others(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let cy = latchkey.member(&ana, "cy@example.com", Role::Administrator).await;
    refuse_records_of_cy(&latchkey.database).await;
    let ben = latchkey.member(&ana, "ben@example.com", Role::Administrator).await;
    latchkey.engine.people.set_role(&ana.administrator().unwrap(), &ben.member_id, Role::Member).await.unwrap();
    let request_id = Some(RequestId::try_from("request-1".to_owned()).unwrap());
    let undefined = CreateAccessKey { scopes: "orders:read".parse().unwrap(), ..client("undefined") };
    let made = at_once([
        making(&latchkey, &ana, client("a")),
        making(&latchkey, &ben, client("not allowed")),
        making(&latchkey, &ana, CreateAccessKey { request_id: request_id.clone(), ..client("b") }),
        making(&latchkey, &ana, CreateAccessKey { request_id, ..client("b") }),
        making(&latchkey, &ana, undefined),
        making(&latchkey, &cy, client("not recorded")),
        making(&latchkey, &ana, client("c")),
    ])
    .await;
    let [Ok(_), not_allowed, one, other, undefined, not_recorded, Ok(_)] = made.as_slice() else { panic!("{made:?}") };
    // On PostgreSQL either of the two may come first.
    let (Ok(b), repeated) = (if one.is_ok() { (one, other) } else { (other, one) }) else { panic!("{made:?}") };
    assert!(matches!(not_allowed, Err(CreateAccessKeyError::NotAllowed(_))));
    assert!(matches!(repeated, Err(CreateAccessKeyError::AlreadyCreated(id)) if *id == b.key.id));
    assert!(matches!(undefined, Err(CreateAccessKeyError::Scope(_))));
    assert!(matches!(not_recorded, Err(CreateAccessKeyError::Storage(_))));
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    assert_eq!(stored(&latchkey).await, (names.clone(), names));
}

/// Makes every commit that stores a key fail, and no statement before it.
async fn break_commits(database: &str) {
    let statements: &[&str] = if database.starts_with("postgres") {
        &[
            "CREATE TABLE referenced (name TEXT PRIMARY KEY)",
            "ALTER TABLE access_keys ADD CONSTRAINT broken FOREIGN KEY (created_by) REFERENCES referenced (name) \
             DEFERRABLE INITIALLY DEFERRED",
        ]
    } else {
        &[
            "CREATE TABLE referenced (name TEXT REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER broken AFTER INSERT ON access_keys BEGIN INSERT INTO referenced VALUES ('missing'); END",
        ]
    };
    for statement in statements {
        run(database, *statement).await;
    }
}

async fn mend_commits(database: &str) {
    let mend = if database.starts_with("postgres") {
        "ALTER TABLE access_keys DROP CONSTRAINT broken"
    } else {
        "DROP TRIGGER broken"
    };
    run(database, mend).await;
}

async fn a_failed_commit_fails_every_creation_and_stores_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    break_commits(&latchkey.database).await;
    let before = dump(&latchkey.database).await;
    for made in at_once(["a", "b", "c"].map(|name| making(&latchkey, &ana, client(name)))).await {
        let line = made.unwrap_err().to_string();
        assert!(line.starts_with("the database has refused: "), "{line}");
    }
    assert_eq!(dump(&latchkey.database).await, before);
    assert_eq!(latchkey.engine.statistics().creation_commits, 0);
    mend_commits(&latchkey.database).await;
    latchkey.create(&ana, Kind::ApiKey, "d").await;
    let names = vec!["d".to_owned()];
    assert_eq!(stored(&latchkey).await, (names.clone(), names));
}

async fn a_creation_cancelled_before_its_turn_stores_nothing(latchkey: Latchkey) {
    let ana = latchkey.administrator("ana@example.com").await;
    let gone = begun(making(&latchkey, &ana, client("gone"))).await;
    let stays = begun(making(&latchkey, &ana, client("stays"))).await;
    drop(gone);
    stays.await.unwrap();
    let names = vec!["stays".to_owned()];
    assert_eq!(stored(&latchkey).await, (names.clone(), names));
}

/// Runs an action once, when the ID of an audit record is generated: in the middle of a transaction.
#[derive(Default)]
struct Trap(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Trap {
    fn set(&self, action: impl FnOnce() + Send + 'static) {
        *self.0.lock().unwrap() = Some(Box::new(action));
    }
}

impl Random for Trap {
    fn fill(&self, buffer: &mut [u8]) {
        let action = if buffer.len() == 10 { self.0.lock().unwrap().take() } else { None };
        if let Some(action) = action {
            action();
        }
        OsRandom.fill(buffer);
    }
}

/// Opens the same database with an engine whose randomness is a trap.
async fn with_trap(latchkey: Latchkey) -> (Latchkey, Arc<Trap>) {
    let trap = Arc::new(Trap::default());
    let Latchkey { engine, clock, database, folder } = latchkey;
    engine.close().await;
    drop(engine);
    let engine = Engine::open(settings(&database), clock.clone(), trap.clone()).await.unwrap();
    (Latchkey { engine, clock, database, folder }, trap)
}

async fn a_creation_cancelled_during_the_write_stores_a_complete_key(latchkey: Latchkey) {
    let (latchkey, trap) = with_trap(latchkey).await;
    let ana = latchkey.administrator("ana@example.com").await;
    let caller = tokio::spawn(making(&latchkey, &ana, client("whole")));
    let abort = caller.abort_handle();
    trap.set(move || abort.abort());
    assert!(caller.await.unwrap_err().is_cancelled());
    while latchkey.engine.statistics().creation_commits == 0 {
        tokio::task::yield_now().await;
    }
    let names = vec!["whole".to_owned()];
    assert_eq!(stored(&latchkey).await, (names.clone(), names));
}

async fn a_panic_fails_only_its_own_group(latchkey: Latchkey) {
    let (latchkey, trap) = with_trap(latchkey).await;
    let ana = latchkey.administrator("ana@example.com").await;
    trap.set(|| panic!("panic of the test"));
    let failed = making(&latchkey, &ana, client("failed")).await.unwrap_err();
    let line = failed.to_string();
    assert!(line.starts_with("the database does not answer: "), "{line}");
    latchkey.create(&ana, Kind::ApiKey, "next").await;
    let names = vec!["next".to_owned()];
    assert_eq!(stored(&latchkey).await, (names.clone(), names));
}
