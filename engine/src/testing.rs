//! An engine on SQLite for tests that need its internals. All other tests are in `tests/it`.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use latchkey_model::{
    access_key::{Activation, CreateAccessKey, CreatedAccessKey, Kind},
    public_key::Jwk,
    redacted::{LinkToken, Password, SessionToken},
    scope::Scopes,
    session::SetUp,
    timestamp::Timestamp,
};
use tempfile::TempDir;

use crate::{
    Clock, Engine, Limits, NodeSettings, OsRandom, SecretPrefix, Settings,
    people::Caller,
    signing::{SigningAlgorithm, SigningPolicy},
    verification::Audiences,
};

pub(crate) const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
pub(crate) const ISSUER: &str = "https://keys.example.com";
pub(crate) const NOW: i64 = 1_790_000_000;

pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Node {
    pub(crate) engine: Engine,
    clock: Arc<TestClock>,
    folder: TempDir,
}

impl Node {
    pub(crate) async fn start() -> Self {
        Self::start_with(|settings| settings).await
    }

    /// Starts with changed settings.
    pub(crate) async fn start_with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(NOW * 1000)));
        let engine = open(change(settings(&folder, SigningAlgorithm::Es256)), clock.clone()).await;
        Self { engine, clock, folder }
    }

    /// Opens the database again, which creates a key of another algorithm and keeps the earlier ones.
    pub(crate) async fn restart_with(self, algorithm: SigningAlgorithm) -> Self {
        let Self { engine, clock, folder } = self;
        engine.close().await;
        drop(engine);
        let engine = open(settings(&folder, algorithm), clock.clone()).await;
        Self { engine, clock, folder }
    }

    pub(crate) fn advance(&self, duration: Duration) {
        self.clock.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Creates an organization, and signs its administrator in.
    pub(crate) async fn administrator(&self) -> (SessionToken, Caller) {
        let link = self.engine.people.make_set_up_link().await.unwrap();
        let (_, token) = link.link.expose().split_once('#').unwrap();
        let request = SetUp {
            token: LinkToken::from(token.to_owned()),
            organization: "Northwind Freight".to_owned(),
            email: "ana@example.com".to_owned(),
            password: Password::from("correct-horse-9-battery".to_owned()),
        };
        let session = self.engine.people.set_up(request, ADDRESS).await.unwrap();
        let caller = self.engine.people.authenticate(&session.token, ADDRESS).await.unwrap().unwrap();
        (session.token, caller)
    }

    /// Returns the request that creates a key.
    #[expect(clippy::unused_self, reason = "it reads as the other helpers do")]
    pub(crate) fn creation(&self, kind: Kind) -> CreateAccessKey {
        CreateAccessKey {
            kind,
            name: "WMS".to_owned(),
            expires_at: None,
            scopes: Scopes::default(),
            public_key: None,
            public_key_proof: None,
            token_lifetime: None,
            request_id: None,
        }
    }

    /// Creates an active key; a client with a key pair, if there is a public key.
    pub(crate) async fn create(&self, caller: &Caller, kind: Kind, public_key: Option<Jwk>) -> CreatedAccessKey {
        let administrator = caller.administrator().unwrap();
        let request = CreateAccessKey { public_key, ..self.creation(kind) };
        let created = self.engine.keys.create(&administrator, &request).await.unwrap();
        self.engine.keys.set_status(&administrator, &created.key.id, Activation::Active).await.unwrap();
        created
    }
}

fn settings(folder: &TempDir, algorithm: SigningAlgorithm) -> Settings {
    Settings {
        database: format!("sqlite://{}", folder.path().join("latchkey.db").display()),
        issuer: ISSUER.to_owned(),
        public_url_is_set: true,
        audiences: Audiences::from_issuer(ISSUER),
        secret_prefix: SecretPrefix::default(),
        token_lifetime: Duration::from_hours(1),
        assertion_lifetime: Duration::from_mins(5),
        record_last_use: true,
        sealing_key: None,
        previous_sealing_key: None,
        signing: SigningPolicy { algorithm, ..SigningPolicy::default() },
        limits: Limits::default(),
        node: Some(NodeSettings { name: "berlin-1".to_owned(), max_staleness: Duration::from_secs(5) }),
    }
}

async fn open(settings: Settings, clock: Arc<TestClock>) -> Engine {
    Engine::open(settings, clock, Arc::new(OsRandom)).await.unwrap()
}
