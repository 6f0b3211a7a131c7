use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{
        Method, Request,
        header::{CONTENT_TYPE, COOKIE},
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use latchkey_engine::{
    Clock, Engine, Limits, NodeSettings, OsRandom, SecretPrefix, Settings,
    signing::SigningPolicy,
    verification::{Audience, Audiences},
};
use latchkey_model::timestamp::Timestamp;
use latchkey_server::{Lifecycle, Metrics, Origin, RefusalLimiter, ServerState, SharedState, UntrustedProxy, router};
use rust_embed::RustEmbed;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{Answer, postgres};

pub const START: i64 = 1_790_000_000_000;
pub const BASIC_CHALLENGE: &str = r#"Basic realm="Latchkey", charset="UTF-8""#;
pub const PASSWORD: &str = "violet-harbour-27-lantern";

/// A site with the files that cargo-leptos builds.
#[derive(RustEmbed)]
#[folder = "tests/site"]
struct Site;

/// A clock that stands still until it is advanced.
pub struct TestClock(AtomicI64);

/// The time of a broken clock.
const BROKEN: i64 = i64::MIN;

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let now = self.0.load(Ordering::SeqCst);
        assert_ne!(now, BROKEN, "the clock is broken, as a test wanted it");
        Timestamp(now)
    }
}

/// A server under test: the real router over a real engine, on a separate database.
pub struct Latchkey {
    pub engine: Engine,
    router: Router,
    clock: Arc<TestClock>,
    database: String,
    _folder: TempDir,
}

fn shared(engine: &Engine) -> SharedState {
    SharedState {
        engine: engine.clone(),
        public_origin: None,
        trusted_proxies: Vec::new(),
        security_contact: None,
        cors_origins: Vec::new(),
        untrusted_proxy: UntrustedProxy::default(),
        metrics: Metrics::new(engine).unwrap(),
        refusal_limiter: RefusalLimiter::default(),
        request_timeout: Duration::from_secs(10),
        lifecycle: Lifecycle::never_stopping(),
    }
}

fn sqlite_in(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("latchkey.db").display())
}

impl Latchkey {
    pub async fn start() -> Self {
        Self::start_with(None, "").await
    }

    /// Returns `None` without PostgreSQL. The test must then return: it is skipped.
    pub async fn start_on_postgres() -> Option<Self> {
        let database = postgres::new_database().await?;
        Some(Self::start_on(database, tempfile::tempdir().unwrap(), None, "", &[]).await)
    }

    /// Starts a server with lower limits.
    pub async fn start_with_limits(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_on_with(sqlite_in(&folder), folder, None, "", &[], limits).await
    }

    /// Starts a server with a shorter request timeout.
    pub fn with_request_timeout(mut self, request_timeout: Duration) -> Self {
        let shared = SharedState { request_timeout, ..shared(&self.engine) };
        self.router = router::<Site>(ServerState::from(shared));
        self
    }

    /// Locks a table against everyone else until the connection is dropped.
    pub async fn hold(&self, table: &str) -> PgConnection {
        let mut holder = PgConnection::connect(&self.database).await.unwrap();
        holder.execute("BEGIN").await.unwrap();
        holder.execute(AssertSqlSafe(format!("LOCK TABLE {table}"))).await.unwrap();
        holder
    }

    /// Starts a server whose token endpoint pages of these origins may call.
    pub fn with_cors_origins(mut self, origins: &[&str]) -> Self {
        let cors_origins: Vec<Origin> = origins.iter().map(|origin| origin.parse().unwrap()).collect();
        self.router = router::<Site>(ServerState::from(SharedState { cors_origins, ..shared(&self.engine) }));
        self
    }

    /// Starts a server whose tokens can be for these audiences.
    pub async fn start_with_audiences(audiences: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("latchkey.db").display());
        Self::start_on(database, folder, None, "", audiences).await
    }

    /// Starts a server that is reached at `public_url`, and that trusts the proxies of a network.
    pub async fn start_with(public_url: Option<&str>, trusted_proxies: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_on(sqlite_in(&folder), folder, public_url, trusted_proxies, &[]).await
    }

    async fn start_on(
        database: String,
        folder: TempDir,
        public_url: Option<&str>,
        trusted_proxies: &str,
        audiences: &[&str],
    ) -> Self {
        let limits = Limits::default();
        Self::start_on_with(database, folder, public_url, trusted_proxies, audiences, limits).await
    }

    async fn start_on_with(
        database: String,
        folder: TempDir,
        public_url: Option<&str>,
        trusted_proxies: &str,
        audiences: &[&str],
        limits: Limits,
    ) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let issuer = public_url.unwrap_or("http://127.0.0.1:3000");
        let mut named = audiences.iter().map(|audience| Audience::parse(audience).unwrap());
        let mut audiences = named.next().map_or_else(|| Audiences::from_issuer(issuer), Audiences::from);
        named.for_each(|audience| audiences.push(audience));
        let settings = Settings {
            database: database.clone(),
            issuer: issuer.to_owned(),
            public_url_is_set: public_url.is_some(),
            audiences,
            secret_prefix: SecretPrefix::default(),
            token_lifetime: Duration::from_hours(1),
            assertion_lifetime: Duration::from_mins(5),
            record_last_use: true,
            sealing_key: database.starts_with("postgres").then(|| STANDARD.encode([7; 32]).parse().unwrap()),
            previous_sealing_key: None,
            signing: SigningPolicy::default(),
            limits,
            node: Some(NodeSettings { name: "berlin-1".to_owned(), max_staleness: Duration::from_secs(5) }),
        };
        let engine = Engine::open(settings, clock.clone(), Arc::new(OsRandom)).await.unwrap();
        let router = router::<Site>(ServerState::from(SharedState {
            public_origin: public_url.map(str::to_owned),
            trusted_proxies: trusted_proxies.parse().into_iter().collect(),
            ..shared(&engine)
        }));
        Self { engine, router, clock, database, _folder: folder }
    }

    pub fn wait(&self, duration: Duration) {
        self.clock.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Makes every later read of the clock panic.
    pub fn break_clock(&self) {
        self.clock.0.store(BROKEN, Ordering::SeqCst);
    }

    /// Changes the database behind the server's back, if it is PostgreSQL.
    pub async fn tamper(&self, statement: &'static str) {
        let mut connection = PgConnection::connect(&self.database).await.unwrap();
        connection.execute(statement).await.unwrap();
        connection.close().await.unwrap();
    }

    /// Sends a request. It comes from 203.0.113.7, unless it says otherwise.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let peer = SocketAddr::from(([203, 0, 113, 7], 54321));
        request.extensions_mut().get_or_insert_with(|| ConnectInfo(peer));
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Calls a server function as a script without a session does.
    pub async fn call(&self, path: &str, arguments: Value) -> Answer {
        self.send(json_request(path, None, &arguments)).await
    }

    /// Sends `GET /api/v1/ping` with an `Authorization` header.
    pub async fn ping(&self, authorization: &str) -> Answer {
        let request = Request::get("/api/v1/ping").header("authorization", authorization);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a `POST` of a form.
    pub async fn post_form(&self, path: &str, authorization: Option<&str>, form: &str) -> Answer {
        self.post_form_with(path, &authorization.into_iter().collect::<Vec<_>>(), form).await
    }

    /// Sends a `POST` of a form, with any number of `Authorization` headers.
    pub async fn post_form_with(&self, path: &str, authorization: &[&str], form: &str) -> Answer {
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        for value in authorization {
            request = request.header("authorization", *value);
        }
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Sends `POST /oauth/token` with a form.
    pub async fn token(&self, authorization: Option<&str>, form: &str) -> Answer {
        self.post_form("/oauth/token", authorization, form).await
    }
}

pub fn json_request(path: &str, cookie: Option<&str>, arguments: &Value) -> Request<Body> {
    let mut request = Request::builder().method(Method::POST).uri(path).header(CONTENT_TYPE, "application/json");
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    request.body(Body::from(arguments.to_string())).unwrap()
}

/// Returns the value of an `Authorization` header for HTTP Basic.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Returns the token in a link's fragment.
pub fn token_of(link: &str) -> String {
    link.split_once('#').expect("the token is the fragment").1.to_owned()
}
