//! The database: SQLite by default, PostgreSQL for several instances, one SQL text for both.
//!
//! The functions of the modules take a connection, so that an operation decides what is one transaction.

pub(crate) mod access_keys;
pub(crate) mod audit_records;
mod causes;
pub(crate) mod dialect;
mod error;
mod group_commit;
mod held;
pub(crate) mod installation;
pub(crate) mod key_list;
#[cfg(test)]
mod key_list_plans;
mod key_row;
#[cfg(test)]
mod list_plans;
pub(crate) mod member_devices;
pub(crate) mod members;
pub(crate) mod one_time_links;
pub(crate) mod open;
pub(crate) mod organizations;
mod pooler;
pub(crate) mod revoked_tokens;
pub(crate) mod scopes;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
mod statement;
pub(crate) mod tables;
pub(crate) mod used_assertions;
mod write_gate;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

pub use dialect::{DatabaseUrlError, Location};
pub(crate) use dialect::{Dialect, HeldTable};
pub use error::StorageError;
pub(crate) use group_commit::GroupCommit;
pub(crate) use held::{Connection, Transaction};
pub use open::DatabaseError;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor, Row, any::AnyRow};
use tokio::time::timeout;
use tracing::{Instrument, Span, debug_span};
pub(crate) use write_gate::WriteGate;

use crate::traces::TRACES;

/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a fresh connection may take, by which the database is looked at.
const LOOKED_AT_WITHIN: Duration = Duration::from_secs(1);

/// Connections to the database. SQLite has one writer and readers apart; PostgreSQL has one pool for both.
pub(crate) struct Storage {
    readers: AnyPool,
    writer: AnyPool,
    /// How many connections have been asked for.
    asked: AtomicU64,
    dialect: Dialect,
    /// Whether it takes changes.
    gate: Arc<WriteGate>,
    /// Where a fresh connection is made.
    url: String,
    /// Why the node that follows the changes could not ask the database the last time; `None` if it could.
    trouble: Mutex<Option<String>>,
    /// When the database was found without a schema, if this process has made it.
    found_empty: Option<Instant>,
    /// What keeps a SQLite database to this process: the operating system frees it when the process ends, however it ends.
    lock: Option<std::fs::File>,
}

/// The connections to the database that requests share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Connections {
    /// Open, and used by nobody.
    pub idle: u32,
    /// In use.
    pub used: u32,
    /// How many there may be.
    pub max: u32,
}

impl Storage {
    /// A connection for reading.
    pub(crate) async fn reader(&self) -> Result<Connection, StorageError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let span = self.span("read");
        let acquired = self.readers.acquire().instrument(span.clone()).await;
        Ok(Connection::new(self.in_time(acquired, &self.readers).await?, &self.gate, span))
    }

    /// A connection for reading what calls are judged by. It leads to no standby, which may lack the latest changes.
    pub(crate) async fn primary_reader(&self) -> Result<Connection, StorageError> {
        let mut reader = self.reader().await?;
        if self.dialect == Dialect::Postgres {
            dialect::nodes::must_be_primary(&mut reader).await?;
        }
        Ok(reader)
    }

    /// A transaction for writing. Dropped without a commit it changes nothing.
    pub(crate) async fn begin(&self) -> Result<Transaction, StorageError> {
        self.must_take_changes()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let span = self.span("change");
        let begin = async {
            match self.writer.begin_with(self.dialect.begin_to_write()).await {
                // A full disk has SQLite end a transaction by itself, and the library believes that it goes on, for ever.
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    self.writer.acquire().await?.close().await?;
                    self.writer.begin_with(self.dialect.begin_to_write()).await
                }
                begun => begun,
            }
        };
        let transaction = begin.instrument(span.clone()).await;
        Ok(Transaction::new(self.in_time(transaction, &self.writer).await?, &self.gate, span))
    }

    /// A transaction that sees one moment, whoever writes meanwhile.
    pub(crate) async fn begin_to_read(&self) -> Result<Transaction, StorageError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let span = self.span("read");
        let begun = self.readers.begin_with(self.dialect.begin_to_read()).instrument(span.clone()).await;
        Ok(Transaction::new(self.in_time(begun, &self.readers).await?, &self.gate, span))
    }

    /// A place where changes of one kind wait to share a commit.
    pub(crate) fn group_commit<Change>(&self) -> GroupCommit<Change> {
        GroupCommit::new(self.dialect.group_size())
    }

    /// A connection for one statement that writes, and is a transaction by itself.
    pub(crate) async fn writer(&self) -> Result<Connection, StorageError> {
        self.must_take_changes()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let span = self.span("write");
        let acquired = self.writer.acquire().instrument(span.clone()).await;
        Ok(Connection::new(self.in_time(acquired, &self.writer).await?, &self.gate, span))
    }

    /// Refuses at once what a read-only PostgreSQL would refuse. The node's follower looks several times a second whether it
    /// still is; of SQLite only a change itself can find that out.
    fn must_take_changes(&self) -> Result<(), StorageError> {
        if self.dialect == Dialect::Postgres && self.gate.is_closed() { Err(StorageError::ReadOnly) } else { Ok(()) }
    }

    /// Puts the cause in place of "the pool timed out".
    async fn in_time<T>(&self, acquired: Result<T, sqlx::Error>, pool: &AnyPool) -> Result<T, StorageError> {
        match acquired {
            Err(sqlx::Error::PoolTimedOut) => Err(StorageError::NoConnection(self.why_not_in_time(pool).await)),
            other => other.map_err(|error| {
                let error = StorageError::from(error);
                if error.is_read_only() {
                    self.gate.suspect();
                }
                error
            }),
        }
    }

    async fn why_not_in_time(&self, pool: &AnyPool) -> String {
        let max = pool.options().get_max_connections();
        if let Some(trouble) = self.trouble() {
            return trouble;
        }
        if self.dialect == Dialect::Postgres && pool.size() < max {
            match timeout(LOOKED_AT_WITHIN, AnyConnection::connect(&self.url)).await {
                Ok(Ok(connection)) => drop(connection.close().await),
                Ok(Err(error)) => return StorageError::from(error).to_string(),
                Err(_) => return format!("it has not answered within {} s", LOOKED_AT_WITHIN.as_secs()),
            }
        }
        format!("all {max} were in use for {} s", ACQUIRE_TIMEOUT.as_secs())
    }

    /// Notes why the database could not be asked, or that it could.
    pub(crate) fn note_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Why the database could not be asked the last time, if it could not.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// When this process has found the database without a schema, if it has.
    pub(crate) fn found_empty(&self) -> Option<Instant> {
        self.found_empty
    }

    /// Whether the database takes changes, as far as is known.
    pub(crate) fn gate(&self) -> &WriteGate {
        &self.gate
    }

    /// Looks whether the database takes changes, if there is reason to. A statement that changes nothing is refused as any other.
    pub(crate) async fn check_gate(&self) -> Result<(), StorageError> {
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
                Err(error) if causes::is_read_only(&error) => self.gate.close(),
                Err(error) => return Err(error.into()),
                Ok(_) => self.gate.open(),
            },
        }
        Ok(())
    }

    /// Of the time that something of the database's is waited for, and held.
    fn span(&self, operation: &'static str) -> Span {
        let system = self.dialect.name();
        debug_span!(target: TRACES, "database", otel.kind = "client", db.system.name = system, db.operation.name = operation)
    }

    /// The connections, at this moment. Those by which a node follows others' changes are apart.
    pub(crate) fn connections(&self) -> Connections {
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

    /// How often the database has been asked for something.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// A transaction for changing a table: one at a time, on all nodes.
    pub(crate) async fn begin_alone_on(&self, table: HeldTable) -> Result<Transaction, StorageError> {
        let mut change = self.begin().await?;
        if let Some(hold) = self.dialect.hold(table) {
            execute(&mut change, sqlx::query(hold)).await?;
        }
        Ok(change)
    }

    /// Whether no other process can change it.
    pub(crate) fn is_ours_alone(&self) -> bool {
        self.lock.is_some()
    }

    /// Closes every connection, after what is under way.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether a statement failed because a unique value exists already.
pub(crate) fn is_duplicate(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// Reads a column and parses it into the type that the program works with.
fn parse_column<T: std::str::FromStr>(row: &AnyRow, column: &'static str) -> Result<T, StorageError> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| StorageError::Corrupt(column))
}

/// A statement that has only to be carried out; how many rows it touched.
async fn execute(
    connection: &mut AnyConnection,
    query: sqlx::query::Query<'_, Any, sqlx::any::AnyArguments>,
) -> Result<u64, StorageError> {
    Ok(query.execute(connection).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use latchkey_model::access_key::{CreateAccessKey, Kind};
    use sqlx::Executor;

    use crate::{Readiness, StorageError, access_keys::CreateAccessKeyError, testing::Node};

    #[tokio::test]
    async fn after_the_disk_was_full_changes_go_on() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        node.engine.writer().await.unwrap().execute("PRAGMA max_page_count = 1").await.unwrap();
        let create = async |number: usize| {
            let request =
                CreateAccessKey { name: format!("{number} {}", "x".repeat(80)), ..node.creation(Kind::ApiKey) };
            node.engine.create_access_key(&ana.administrator().unwrap(), &request).await
        };
        let mut created = 0;
        while create(created).await.is_ok() {
            created += 1;
            assert!(created < 10_000, "the disk is never full");
        }
        node.engine.writer().await.unwrap().execute("PRAGMA max_page_count = 1000000").await.unwrap();
        create(created).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_that_takes_no_changes_says_so_and_is_ready_to_judge() {
        let node = Node::start().await;
        let (_, ana) = node.administrator().await;
        let ready = async || node.engine.check_ready().await.unwrap();
        let create =
            async || node.engine.create_access_key(&ana.administrator().unwrap(), &node.creation(Kind::ApiKey)).await;
        node.engine.writer().await.unwrap().execute("PRAGMA query_only = ON").await.unwrap();
        let refused = create().await;
        assert!(matches!(refused, Err(CreateAccessKeyError::Storage(StorageError::ReadOnly))), "{refused:?}");
        assert_eq!(ready().await, Readiness::ReadOnly);
        node.engine.writer().await.unwrap().execute("PRAGMA query_only = OFF").await.unwrap();
        create().await.unwrap();
        assert_eq!(ready().await, Readiness::Ready);
    }
}
