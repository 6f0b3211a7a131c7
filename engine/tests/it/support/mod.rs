//! An engine on a separate database, with a clock that tests set.

pub mod consistency;
pub mod database;
pub mod key_pairs;
pub mod relay;
#[path = "../../../../store/tests/support/mod.rs"]
mod shared;
pub mod tokens;

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use latchkey_engine::{
    Clock, Engine, Limits, NodeSettings, OpenError, OsRandom, SealingKey, SecretPrefix, Settings,
    oauth::ClientAuthentication,
    people::{Caller, NewSession},
    signing::SigningPolicy,
    verification::Audiences,
};
use latchkey_model::{
    access_key::{Activation, CreateAccessKey, CreatedAccessKey, Kind},
    member::{OneTimeLink, Role},
    page::PageRequest,
    redacted::{LinkToken, Password},
    scope::Scopes,
    session::SetUp,
    timestamp::Timestamp,
};
pub use shared::postgres::new_database as new_postgres_database;
use tempfile::TempDir;

pub const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
pub const FIRST_PAGE: PageRequest = PageRequest { cursor: None, limit: None };
pub const ISSUER: &str = "https://keys.example.com";
pub const START: i64 = 1_790_000_000_000;

/// Runs each test on both databases.
macro_rules! on_both_databases {
    ($($test:ident)+) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::support::Latchkey::on_sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                let Some(latchkey) = crate::support::Latchkey::on_postgres().await else { return };
                super::$test(latchkey).await;
            })+
        }
    };
}

#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub fn advance(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Stops a millisecond before the duration has passed.
    pub fn advance_to_just_before(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap() - 1, Ordering::SeqCst);
    }
}

/// An engine under test.
pub struct Latchkey {
    pub engine: Engine,
    pub clock: Arc<TestClock>,
    pub database: String,
    pub folder: TempDir,
}

impl Latchkey {
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
        Self::open(database, folder).await
    }

    /// Opens an engine on a disk in memory, for tests with many commits, or in the system's temporary folder.
    pub async fn on_sqlite_in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
        Self::open(database, folder).await
    }

    /// Returns `None` without PostgreSQL. The test must then return: it is skipped.
    pub async fn on_postgres() -> Option<Self> {
        let database = new_postgres_database().await?;
        Some(Self::open(database, tempfile::tempdir().unwrap()).await)
    }

    async fn open(database: String, folder: TempDir) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let engine = open_engine(settings(&database), clock.clone()).await.unwrap();
        Self { engine, clock, database, folder }
    }

    /// Opens another node on the same PostgreSQL, with a separate clock.
    pub async fn another_node(&self) -> Self {
        self.another_node_named("berlin-2", Duration::from_secs(5)).await
    }

    /// Opens another node with a name and the time for which it serves without proof that it is current.
    pub async fn another_node_named(&self, name: &str, max_staleness: Duration) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(self.clock.now().0)));
        let node = Some(NodeSettings { name: name.to_owned(), max_staleness });
        let settings = Settings { node, ..settings(&self.database) };
        let engine = open_engine(settings, clock.clone()).await.unwrap();
        Self { engine, clock, database: self.database.clone(), folder: tempfile::tempdir().unwrap() }
    }

    /// Closes the engine and opens another on the same database.
    pub async fn restart(self) -> Self {
        self.restart_with(|settings| settings).await
    }

    /// Closes the engine and opens another one with changed settings.
    pub async fn restart_with(self, change: impl FnOnce(Settings) -> Settings) -> Self {
        self.close().await.open_with(change).await
    }

    /// Closes the engine, so that no process has the database open.
    pub async fn close(self) -> Closed {
        let Self { engine, clock, database, folder } = self;
        engine.close().await;
        drop(engine);
        Closed { clock, database, folder }
    }

    /// Creates an organization, and signs its administrator in.
    pub async fn administrator(&self, email: &str) -> Caller {
        let link = self.engine.people.make_set_up_link().await.unwrap();
        let request = SetUp {
            token: token_of(&link),
            organization: format!("Organization of {email}"),
            email: email.to_owned(),
            password: password(),
        };
        let session = self.engine.people.set_up(request, ADDRESS).await.unwrap();
        self.caller(&session).await
    }

    /// Adds a member to the administrator's organization, signed in.
    pub async fn member(&self, administrator: &Caller, email: &str, role: Role) -> Caller {
        let link = self.engine.people.invite(&administrator.administrator().unwrap(), email, role).await.unwrap();
        let session = self.engine.people.accept_invitation(&token_of(&link), &password(), ADDRESS).await.unwrap();
        self.caller(&session).await
    }

    pub async fn caller(&self, session: &NewSession) -> Caller {
        self.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().expect("the session is valid")
    }

    pub async fn create(&self, caller: &Caller, kind: Kind, name: &str) -> CreatedAccessKey {
        self.engine.keys.create(&caller.administrator().unwrap(), &creation(kind, name)).await.unwrap()
    }

    pub async fn create_active(&self, caller: &Caller, kind: Kind, name: &str) -> CreatedAccessKey {
        let created = self.create(caller, kind, name).await;
        self.set_status(caller, &created, Activation::Active).await;
        created
    }

    pub async fn set_status(&self, caller: &Caller, created: &CreatedAccessKey, status: Activation) {
        let administrator = caller.administrator().unwrap();
        self.engine.keys.set_status(&administrator, &created.key.id, status).await.unwrap();
    }

    /// Returns whether a key's secret is accepted now.
    pub async fn accepts(&self, created: &CreatedAccessKey) -> bool {
        self.engine.verification.verify_bearer(secret_of(created), ADDRESS).await.is_ok()
    }
}

/// The database of an engine that was closed.
pub struct Closed {
    pub clock: Arc<TestClock>,
    pub database: String,
    pub folder: TempDir,
}

impl Closed {
    pub async fn open_with(self, change: impl FnOnce(Settings) -> Settings) -> Latchkey {
        let Self { clock, database, folder } = self;
        let engine = open_engine(change(settings(&database)), clock.clone()).await.unwrap();
        Latchkey { engine, clock, database, folder }
    }
}

/// Returns the secret of a new key.
pub fn secret_of(created: &CreatedAccessKey) -> &str {
    created.secret.as_ref().expect("the key has a secret").expose()
}

/// Returns a secret with its first random digit changed, and with the checksum that belongs to that.
pub fn forged(secret: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let (head, tail) = secret.rsplit_once('_').unwrap();
    let first = if tail.starts_with('1') { '2' } else { '1' };
    let checked = format!("{head}_{first}{}", &tail[1..43]);
    let mut checksum = crc32fast::hash(checked.as_bytes());
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(checksum % 62) as usize];
        checksum /= 62;
    }
    format!("{checked}{}", std::str::from_utf8(&digits).unwrap())
}

/// Returns a client's authentication by its secret.
pub fn proof_of(client: &CreatedAccessKey) -> ClientAuthentication<'_> {
    ClientAuthentication::Secret { client_id: client.key.id.as_str(), secret: secret_of(client) }
}

pub async fn open_engine(settings: Settings, clock: Arc<TestClock>) -> Result<Engine, OpenError> {
    Engine::open(settings, clock, Arc::new(OsRandom)).await
}

pub fn settings(database: &str) -> Settings {
    Settings {
        database: database.to_owned(),
        issuer: ISSUER.to_owned(),
        public_url_is_set: true,
        audiences: Audiences::from_issuer(ISSUER),
        secret_prefix: SecretPrefix::default(),
        token_lifetime: Duration::from_hours(1),
        assertion_lifetime: Duration::from_mins(5),
        record_last_use: true,
        // PostgreSQL needs one; with SQLite the engine creates one.
        sealing_key: database.starts_with("postgres").then(sealing_key),
        previous_sealing_key: None,
        signing: SigningPolicy::default(),
        limits: Limits::default(),
        node: Some(NodeSettings { name: "berlin-1".to_owned(), max_staleness: Duration::from_secs(5) }),
    }
}

pub fn sealing_key() -> SealingKey {
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=".parse().unwrap()
}

pub fn creation(kind: Kind, name: &str) -> CreateAccessKey {
    CreateAccessKey {
        kind,
        name: name.to_owned(),
        expires_at: None,
        scopes: Scopes::default(),
        public_key: None,
        public_key_proof: None,
        token_lifetime: None,
        request_id: None,
    }
}

pub fn password() -> Password {
    Password::from("correct-horse-9-battery".to_owned())
}

pub fn other_password() -> Password {
    Password::from("staple-tangerine-42-lamp".to_owned())
}

/// Returns the token in a link's fragment.
pub fn token_of(link: &OneTimeLink) -> LinkToken {
    let (_, token) = link.link.expose().split_once('#').expect("the token is the fragment");
    LinkToken::from(token.to_owned())
}
