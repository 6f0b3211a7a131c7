use std::{
    path::Path,
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::{Duration, Instant},
};

use sqlx::{
    AnyConnection, AnyPool, Connection, Executor,
    any::{AnyPoolOptions, install_default_drivers},
    migrate::{MigrateError, Migrator},
};
use tokio::time::{sleep, timeout};

use super::{
    ACQUIRE_TIMEOUT, Store,
    error::DatabaseError,
    process_lock::{lock, private_file},
};
use crate::{
    dialect::{DatabaseUrlError, Dialect, Location, SQLITE_PRAGMAS, catalogue, sqlite_url},
    error_causes as causes, transaction_pooler,
    write_gate::WriteGate,
};

static SHARED: Migrator = sqlx::migrate!("../migrations");
static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// How many connections to PostgreSQL requests share.
const POSTGRES_CONNECTIONS: u32 = 20;

impl Store {
    /// Opens a database, takes the process lock of SQLite, and migrates the schema.
    pub async fn open(url: &str) -> Result<Self, DatabaseError> {
        install_default_drivers();
        match Location::parse(url)? {
            Location::Sqlite(path) => Self::open_sqlite(&path).await,
            Location::Postgres(url) => Self::open_postgres(&url).await,
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, DatabaseError> {
        let lock = lock(path)?;
        // Opened for writing first, because SQLite would open a read-only file without an error. Only the owner may read the
        // hashes.
        private_file().open(path).map_err(|error| DatabaseError::NotWritable(path.to_owned(), error))?;
        let url = sqlite_url(path).ok_or(DatabaseUrlError::NoPath)?;
        let options = || {
            AnyPoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).after_connect(|connection, _| {
                Box::pin(async move { connection.execute(SQLITE_PRAGMAS).await.map(|_| ()) })
            })
        };
        let writer = options().max_connections(1).connect(&url).await?;
        let readers = options().max_connections(8).connect(&url).await?;
        migrations_of(Dialect::Sqlite).run(&writer).await.map_err(not_migrated)?;
        Ok(Self {
            readers,
            writer,
            requests: AtomicU64::new(0),
            dialect: Dialect::Sqlite,
            gate: Arc::default(),
            url,
            last_failure: Mutex::default(),
            schema_created_at: None,
            lock: Some(lock),
        })
    }

    /// Connects once, to inspect a database before it is opened.
    pub async fn connect(url: &str) -> Result<AnyConnection, DatabaseError> {
        install_default_drivers();
        Ok(AnyConnection::connect(url).await?)
    }

    async fn open_postgres(url: &str) -> Result<Self, DatabaseError> {
        let mut first = connect_with_retries(url).await?;
        if transaction_pooler::pools_transactions(&mut first, url).await? {
            return Err(DatabaseError::TransactionPooling);
        }
        let schema_created_at = migrate_postgres(&mut first).await?;
        first.close().await?;
        let gate = Arc::new(WriteGate::default());
        let pool: AnyPool = AnyPoolOptions::new()
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .max_connections(POSTGRES_CONNECTIONS)
            .before_acquire({
                let gate = gate.clone();
                move |_, connection| {
                    let is_good = !gate.is_stale(connection.age);
                    Box::pin(async move { Ok(is_good) })
                }
            })
            .connect_lazy(url)?;
        Ok(Self {
            readers: pool.clone(),
            writer: pool,
            requests: AtomicU64::new(0),
            dialect: Dialect::Postgres,
            gate,
            url: url.to_owned(),
            last_failure: Mutex::default(),
            schema_created_at,
            lock: None,
        })
    }
}

/// Connects, and waits for a server that is starting.
async fn connect_with_retries(url: &str) -> Result<AnyConnection, DatabaseError> {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(20);
    loop {
        let left = ACQUIRE_TIMEOUT.saturating_sub(begin.elapsed());
        match timeout(left, AnyConnection::connect(url)).await {
            Ok(Err(error)) if causes::is_transient(&error) && begin.elapsed() + pause < ACQUIRE_TIMEOUT => {}
            Ok(connected) => return Ok(connected?),
            Err(_) => return Err(DatabaseError::Silent(ACQUIRE_TIMEOUT)),
        }
        sleep(pause).await;
        pause = (2 * pause).min(Duration::from_millis(500));
    }
}

/// Migrates the schema if it is not up to date; finding that out needs no right to write. Returns when there was no schema, if
/// there was none.
async fn migrate_postgres(connection: &mut AnyConnection) -> Result<Option<Instant>, DatabaseError> {
    let looked = Instant::now();
    let migrations = migrations_of(Dialect::Postgres);
    let applied = catalogue::applied_migrations(connection).await?;
    let is_applied = |version, checksum: &[u8]| {
        applied.iter().flatten().any(|one| one.version == version && one.checksum == checksum && one.success)
    };
    let is_up_to_date = migrations.iter().all(|migration| is_applied(migration.version, &migration.checksum))
        && applied.as_ref().is_some_and(|applied| applied.len() == migrations.iter().count());
    if !is_up_to_date {
        migrations.run(connection).await.map_err(not_migrated)?;
    }
    Ok(applied.is_none().then_some(looked))
}

fn not_migrated(error: MigrateError) -> DatabaseError {
    match error {
        MigrateError::VersionMissing(_) => DatabaseError::Newer,
        error if causes::is_read_only_migration(&error) => DatabaseError::ReadOnlySchema,
        other => DatabaseError::Migration(other),
    }
}

/// Returns the migrations that both databases share and those of one, in order of their numbers.
fn migrations_of(dialect: Dialect) -> Migrator {
    let own = match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    };
    Migrator::with_migrations(SHARED.iter().chain(own.iter()).cloned().collect())
}

/// Returns whether this program knows all migrations that a SQLite database has had.
#[must_use]
pub fn knows_migrations(migrations: &[i64]) -> bool {
    let known = migrations_of(Dialect::Sqlite);
    migrations.iter().all(|version| known.version_exists(*version))
}
