use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::{Duration, Instant},
};

use sqlx::{
    AnyConnection, AnyPool, Connection, Executor,
    any::{AnyPoolOptions, install_default_drivers},
    migrate::{MigrateError, Migrator},
};
use thiserror::Error;
use tokio::time::{sleep, timeout};

use super::{
    ACQUIRE_TIMEOUT, Storage, WriteGate, causes,
    dialect::{DatabaseUrlError, Dialect, Location, SQLITE_PRAGMAS, catalogue, sqlite_url},
    pooler,
};

static SHARED: Migrator = sqlx::migrate!("../migrations");
static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// How many connections to PostgreSQL requests share.
const POSTGRES_CONNECTIONS: u32 = 20;

/// Why a database could not be opened. Each is one clear line.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// The URL does not name a database.
    #[error(transparent)]
    Url(#[from] DatabaseUrlError),
    /// The folder that a SQLite file should stand in does not exist.
    #[error("the folder of the database does not exist: {}", .0.display())]
    MissingFolder(PathBuf),
    /// Another process serves or changes this SQLite database.
    #[error("the database is in use by another latchkey process: {}", .0.display())]
    InUse(PathBuf),
    /// The file system does not lock files, or fails to.
    #[error("the database cannot be locked: {}: {error}{advice}", .0.display(), error = .1, advice = lock_advice(.1))]
    NotLocked(PathBuf, #[source] io::Error),
    /// The file or its folder cannot be written.
    #[error("the database cannot be written: {}: {error}", .0.display(), error = .1)]
    NotWritable(PathBuf, #[source] io::Error),
    /// A later version has changed the schema.
    #[error("the database was written by a newer version of latchkey; install that version or a later one")]
    Newer,
    /// The schema could not be brought up to date.
    #[error("the database schema could not be brought up to date: {}", causes::explain_migration(.0))]
    Migration(MigrateError),
    /// The schema is not up to date, and the database may only be read.
    #[error(
        "the database is read-only, and its schema has to be brought up to date first: make it writable, and start again"
    )]
    ReadOnlySchema,
    /// Nodes could not hear each other.
    #[error(
        "a connection pooler in transaction mode stands before PostgreSQL, and nodes cannot hear each other through it: set it to \
         session mode (in PgBouncer, pool_mode = session), or connect to PostgreSQL itself"
    )]
    TransactionPooling,
    /// No connection.
    #[error("the database cannot be opened: {}", causes::explain(.0))]
    Connection(sqlx::Error),
    /// No answer.
    #[error("the database cannot be opened: it has not answered within {} s", .0.as_secs())]
    Silent(Duration),
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::Connection(error)
    }
}

impl Storage {
    /// Opens a database, takes SQLite's process lock, and brings the schema up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, DatabaseError> {
        install_default_drivers();
        match Location::parse(url)? {
            Location::Sqlite(path) => Self::open_sqlite(&path).await,
            Location::Postgres(url) => Self::open_postgres(&url).await,
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self, DatabaseError> {
        let lock = lock(path)?;
        // Opened for writing first: SQLite itself would quietly serve a read-only file. Its owner alone may read what
        // guesses could be tried on.
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
            asked: AtomicU64::new(0),
            dialect: Dialect::Sqlite,
            gate: Arc::default(),
            url,
            trouble: Mutex::default(),
            found_empty: None,
            lock: Some(lock),
        })
    }

    /// One connection, to look at a database before it is opened.
    pub(crate) async fn connect(url: &str) -> Result<AnyConnection, DatabaseError> {
        install_default_drivers();
        Ok(AnyConnection::connect(url).await?)
    }

    async fn open_postgres(url: &str) -> Result<Self, DatabaseError> {
        let mut first = connect_patiently(url).await?;
        if pooler::pools_transactions(&mut first, url).await? {
            return Err(DatabaseError::TransactionPooling);
        }
        let found_empty = migrate_postgres(&mut first).await?;
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
            asked: AtomicU64::new(0),
            dialect: Dialect::Postgres,
            gate,
            url: url.to_owned(),
            trouble: Mutex::default(),
            found_empty,
            lock: None,
        })
    }

    /// Where the sealing key stands beside a SQLite database; `None` for PostgreSQL.
    pub(crate) fn sealing_key_file(url: &str) -> Option<PathBuf> {
        match Location::parse(url).ok()? {
            Location::Sqlite(path) => Some(Self::sealing_key_file_of(&path)),
            Location::Postgres(_) => None,
        }
    }

    /// The same, of a SQLite database by its path.
    pub(crate) fn sealing_key_file_of(database: &Path) -> PathBuf {
        database.with_extension("key")
    }
}

/// A first connection. A server that is just starting is waited for.
async fn connect_patiently(url: &str) -> Result<AnyConnection, DatabaseError> {
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

/// Brings the schema up to date, if it is not: looking needs no right to write. Returns when there was none, if there was none.
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

/// What both databases share, and what is one's own, in order of their numbers.
fn migrations_of(dialect: Dialect) -> Migrator {
    let own = match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    };
    Migrator::with_migrations(SHARED.iter().chain(own.iter()).cloned().collect())
}

/// Opens a file for writing; made if it is not there, and for its owner alone.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    options
}

/// The folder that a file stands in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file whose name is another's with something at its end.
pub(crate) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whether this program knows all migrations that a SQLite database has been through.
pub(crate) fn knows(migrations: &[i64]) -> bool {
    let known = migrations_of(Dialect::Sqlite);
    migrations.iter().all(|version| known.version_exists(*version))
}

/// Takes the lock that keeps a SQLite database to one process. It is a file of its own: SQLite's locks come and
/// go with each transaction.
pub(crate) fn lock(database: &Path) -> Result<File, DatabaseError> {
    let folder = folder_of(database);
    if !folder.is_dir() {
        return Err(DatabaseError::MissingFolder(folder.to_owned()));
    }
    let file = private_file()
        .open(beside(database, ".lock"))
        .map_err(|error| DatabaseError::NotWritable(database.to_owned(), error))?;
    check_lock(file.try_lock(), database)?;
    Ok(file)
}

/// Only contention means that another process has the database; the rest is the file system's.
fn check_lock(locked: Result<(), TryLockError>, database: &Path) -> Result<(), DatabaseError> {
    locked.map_err(|error| match error {
        TryLockError::WouldBlock => DatabaseError::InUse(database.to_owned()),
        TryLockError::Error(error) => DatabaseError::NotLocked(database.to_owned(), error),
    })
}

/// What helps where the file system is why a file cannot be locked; nothing where the machine is short of memory.
fn lock_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::OutOfMemory | io::ErrorKind::Interrupted => "",
        _ => "; use a local disk or PostgreSQL",
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::OpenOptionsExt;

    use super::*;

    fn refusal(locked: Result<(), TryLockError>) -> String {
        check_lock(locked, Path::new("./data/latchkey.db")).unwrap_err().to_string()
    }

    #[test]
    fn only_contention_is_another_process() {
        let line = refusal(Err(TryLockError::WouldBlock));
        assert_eq!(line, "the database is in use by another latchkey process: ./data/latchkey.db");
        // ENOLCK, EOPNOTSUPP, ENOSYS, EIO, EROFS, EACCES, EPERM, ESTALE, EINVAL: what NFS, SMB and FUSE answer.
        for number in [37, 95, 38, 5, 30, 13, 1, 116, 22] {
            let error = io::Error::from_raw_os_error(number);
            let line = refusal(Err(TryLockError::Error(io::Error::from_raw_os_error(number))));
            let expected =
                format!("the database cannot be locked: ./data/latchkey.db: {error}; use a local disk or PostgreSQL");
            assert_eq!(line, expected);
        }
        let line = refusal(Err(TryLockError::Error(io::Error::from_raw_os_error(12))));
        assert!(!line.contains("local disk"), "ENOMEM is not the disk's: {line}");
    }

    #[test]
    fn a_file_that_the_system_does_not_lock_is_not_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        private_file().open(&path).unwrap();
        // O_PATH: a descriptor that flock refuses with EBADF.
        let file = OpenOptions::new().read(true).custom_flags(0o10_000_000).open(&path).unwrap();
        let line = refusal(file.try_lock());
        assert!(line.starts_with("the database cannot be locked: ") && line.contains("os error 9"), "{line}");
    }

    #[test]
    fn a_second_lock_is_contention() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let first = lock(&database).unwrap();
        assert!(matches!(lock(&database), Err(DatabaseError::InUse(path)) if path == database));
        drop(first);
        assert!(lock(&database).is_ok());
    }
}
