//! The database: SQLite by default, PostgreSQL for several instances, one SQL text for both.
//!
//! The functions of the modules take a connection, so that an operation decides what is one transaction.

pub(crate) mod access_keys;
pub(crate) mod audit_records;
pub(crate) mod dialect;
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
pub(crate) mod revoked_tokens;
pub(crate) mod scopes;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
mod statement;
pub(crate) mod tables;
pub(crate) mod used_assertions;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use dialect::{DatabaseUrlError, Location};
pub(crate) use dialect::{Dialect, HeldTable};
pub(crate) use group_commit::GroupCommit;
pub(crate) use held::{Connection, Transaction};
pub use open::DatabaseError;
use sqlx::{Any, AnyConnection, AnyPool, Row, any::AnyRow};
use thiserror::Error;
use tracing::{Instrument, Span, debug_span};

use crate::traces::TRACES;

/// The database did not do what was asked.
#[derive(Debug, Error)]
pub enum StorageError {
    /// It cannot be reached, is locked, full or read-only.
    #[error("the database does not answer")]
    Unavailable(#[from] sqlx::Error),
    /// Other nodes' changes may have been missed for too long.
    #[error("out of touch with the database")]
    OutOfTouch,
    /// It holds what this program never writes.
    #[error("the database holds an unreadable {0}")]
    Corrupt(&'static str),
}

impl StorageError {
    /// The same error for each of those who have waited for one thing.
    pub(crate) fn shared(self) -> impl Fn() -> Self {
        let error = Arc::new(self);
        move || Self::Unavailable(sqlx::Error::Io(io::Error::other(error.clone())))
    }
}

/// Connections to the database. SQLite has one writer and readers apart; PostgreSQL has one pool for both.
pub(crate) struct Storage {
    readers: AnyPool,
    writer: AnyPool,
    /// How many connections have been asked for.
    asked: AtomicU64,
    dialect: Dialect,
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
        Ok(Connection::new(self.readers.acquire().instrument(span.clone()).await?, span))
    }

    /// A transaction for writing. Dropped without a commit it changes nothing.
    pub(crate) async fn begin(&self) -> Result<Transaction, StorageError> {
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
        Ok(Transaction::new(begin.instrument(span.clone()).await?, span))
    }

    /// A transaction that sees one moment, whoever writes meanwhile.
    pub(crate) async fn begin_to_read(&self) -> Result<Transaction, StorageError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let span = self.span("read");
        let begun = self.readers.begin_with(self.dialect.begin_to_read()).instrument(span.clone()).await?;
        Ok(Transaction::new(begun, span))
    }

    /// A place where changes of one kind wait to share a commit.
    pub(crate) fn group_commit<Change>(&self) -> GroupCommit<Change> {
        GroupCommit::new(self.dialect.group_size())
    }

    /// A connection for one statement that writes, and is a transaction by itself.
    pub(crate) async fn writer(&self) -> Result<Connection, StorageError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let span = self.span("write");
        Ok(Connection::new(self.writer.acquire().instrument(span.clone()).await?, span))
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

    use crate::testing::Node;

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
}
