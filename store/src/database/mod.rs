//! The connections to the database.

mod error;
mod open;
mod process_lock;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

pub use error::DatabaseError;
pub use open::knows_migrations;
pub use process_lock::lock;
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor};
use tokio::time::timeout;
use tracing::{Instrument, Span, debug_span};

use crate::{
    Connection, Dialect, LockedTable, StorageError, TRACES, Transaction, dialect, error_causes, query::execute,
    write_gate::WriteGate,
};

/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a fresh connection may take that finds out whether the database answers.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// Connections to the database. SQLite has one writer and readers apart; PostgreSQL has one pool for both.
pub struct Store {
    readers: AnyPool,
    writer: AnyPool,
    /// How many connections have been requested.
    requests: AtomicU64,
    dialect: Dialect,
    /// Whether it is writable.
    gate: Arc<WriteGate>,
    /// For fresh connections.
    url: String,
    /// Why the node that follows the changes could not query the database the last time; `None` if it could.
    last_failure: Mutex<Option<String>>,
    /// When the database was found without a schema, if this process created it.
    schema_created_at: Option<Instant>,
    /// Keeps a SQLite database to this process. The operating system frees it when the process ends, however it ends.
    lock: Option<std::fs::File>,
}

/// The connections to the database that requests share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connections {
    /// Open and not in use.
    pub idle: u32,
    /// In use.
    pub used: u32,
    /// How many there may be.
    pub max: u32,
}

impl Store {
    /// Returns a connection for reading.
    pub async fn reader(&self) -> Result<Connection, StorageError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let span = self.span("read");
        let acquired = self.readers.acquire().instrument(span.clone()).await;
        Ok(Connection::new(self.explain_timeout(acquired, &self.readers).await?, &self.gate, span))
    }

    /// Returns a connection for reading data that calls are checked against. It refuses a standby, which may lack the latest
    /// changes.
    pub async fn primary_reader(&self) -> Result<Connection, StorageError> {
        let mut reader = self.reader().await?;
        if self.dialect == Dialect::Postgres {
            dialect::nodes::require_primary(&mut reader).await?;
        }
        Ok(reader)
    }

    /// Begins a transaction for writing. Dropped without a commit, it changes nothing.
    pub async fn begin(&self) -> Result<Transaction, StorageError> {
        self.check_writable()?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let span = self.span("change");
        let begin = async {
            match self.writer.begin_with(self.dialect.begin_to_write()).await {
                // SQLite ends a transaction by itself when the disk is full, and the library does not notice.
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    self.writer.acquire().await?.close().await?;
                    self.writer.begin_with(self.dialect.begin_to_write()).await
                }
                begun => begun,
            }
        };
        let transaction = begin.instrument(span.clone()).await;
        Ok(Transaction::new(self.explain_timeout(transaction, &self.writer).await?, &self.gate, span))
    }

    /// Begins a transaction that reads a snapshot, whatever is written at the same time.
    pub async fn begin_to_read(&self) -> Result<Transaction, StorageError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let span = self.span("read");
        let begun = self.readers.begin_with(self.dialect.begin_to_read()).instrument(span.clone()).await;
        Ok(Transaction::new(self.explain_timeout(begun, &self.readers).await?, &self.gate, span))
    }

    /// Returns which database it is.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns a connection for one writing statement, which is a transaction by itself.
    pub async fn writer(&self) -> Result<Connection, StorageError> {
        self.check_writable()?;
        self.requests.fetch_add(1, Ordering::Relaxed);
        let span = self.span("write");
        let acquired = self.writer.acquire().instrument(span.clone()).await;
        Ok(Connection::new(self.explain_timeout(acquired, &self.writer).await?, &self.gate, span))
    }

    /// Refuses at once what a read-only PostgreSQL would refuse. The node's follower checks several times a second whether it
    /// still is. With SQLite, only a change can find that out.
    fn check_writable(&self) -> Result<(), StorageError> {
        if self.dialect == Dialect::Postgres && self.gate.is_closed() { Err(StorageError::ReadOnly) } else { Ok(()) }
    }

    /// Replaces "the pool timed out" by the cause.
    async fn explain_timeout<T>(&self, acquired: Result<T, sqlx::Error>, pool: &AnyPool) -> Result<T, StorageError> {
        match acquired {
            Err(sqlx::Error::PoolTimedOut) => Err(StorageError::NoConnection(self.timeout_cause(pool).await)),
            other => other.map_err(|error| {
                let error = StorageError::from(error);
                if error.is_read_only() {
                    self.gate.suspect();
                }
                error
            }),
        }
    }

    async fn timeout_cause(&self, pool: &AnyPool) -> String {
        let max = pool.options().get_max_connections();
        if let Some(failure) = self.last_failure() {
            return failure;
        }
        if self.dialect == Dialect::Postgres && pool.size() < max {
            match timeout(PROBE_TIMEOUT, AnyConnection::connect(&self.url)).await {
                Ok(Ok(connection)) => drop(connection.close().await),
                Ok(Err(error)) => return StorageError::from(error).to_string(),
                Err(_) => return format!("it has not answered within {} s", PROBE_TIMEOUT.as_secs()),
            }
        }
        format!("all {max} were in use for {} s", ACQUIRE_TIMEOUT.as_secs())
    }

    /// Stores why the database could not be queried, or `None` if it could.
    pub fn set_last_failure(&self, failure: Option<String>) {
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    /// Returns why the database could not be queried the last time, if it could not.
    pub fn last_failure(&self) -> Option<String> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when this process found the database without a schema, if it did.
    pub fn schema_created_at(&self) -> Option<Instant> {
        self.schema_created_at
    }

    /// Returns the record of whether the database is writable.
    pub fn gate(&self) -> &WriteGate {
        &self.gate
    }

    /// Checks whether the database is writable, if there is reason to doubt it. A read-only database also refuses a statement
    /// that changes nothing.
    pub async fn check_gate(&self) -> Result<(), StorageError> {
        if !self.gate.is_to_be_checked() {
            return Ok(());
        }
        match self.dialect {
            Dialect::Postgres => {
                let mut fresh = AnyConnection::connect(&self.url).await?;
                let is_read_only = dialect::nodes::is_read_only(&mut fresh).await?;
                fresh.close().await?;
                if is_read_only { self.gate.close() } else { self.gate.open() }
            }
            Dialect::Sqlite => match self.writer().await?.execute("DELETE FROM sessions WHERE 1 = 0").await {
                Err(error) if error_causes::is_read_only(&error) => self.gate.close(),
                Err(error) => return Err(error.into()),
                Ok(_) => self.gate.open(),
            },
        }
        Ok(())
    }

    /// Returns the span of waiting for a connection and using it.
    fn span(&self, operation: &'static str) -> Span {
        let system = self.dialect.name();
        debug_span!(target: TRACES, "database", otel.kind = "client", db.system.name = system, db.operation.name = operation)
    }

    /// Counts the connections. Those by which a node follows the changes of others are not included.
    pub fn connections(&self) -> Connections {
        let both = [&self.readers, &self.writer];
        // PostgreSQL's readers and writers are one pool.
        let pools = if self.dialect == Dialect::Postgres { &both[..1] } else { &both[..] };
        pools.iter().fold(Connections::default(), |sum, pool| {
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            Connections {
                idle: sum.idle + idle,
                used: sum.used + pool.size().saturating_sub(idle),
                max: sum.max + pool.options().get_max_connections(),
            }
        })
    }

    /// Returns how many connections have been requested since the start.
    pub fn request_count(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Begins a transaction that locks a table, on all nodes.
    pub async fn begin_locking(&self, table: LockedTable) -> Result<Transaction, StorageError> {
        let mut change = self.begin().await?;
        if let Some(lock) = self.dialect.lock_table(table) {
            execute(&mut change, sqlx::query(lock)).await?;
        }
        Ok(change)
    }

    /// Returns whether no other process can change the database.
    pub fn is_exclusive(&self) -> bool {
        self.lock.is_some()
    }

    /// Closes all connections, once what is running has finished.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}
