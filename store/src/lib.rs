//! Latchkey's database: SQLite by default, PostgreSQL for several nodes, one SQL text for both.
//!
//! One module per table, with its row type and its queries. Functions take a connection, so that the caller decides what is one
//! transaction. Differences between the two databases are in [`dialect`]. The engine decides what is allowed.
#![expect(clippy::missing_errors_doc, reason = "every query fails with `StorageError`, whose variants say when")]

pub mod access_keys;
pub mod audit_records;
pub mod cluster;
mod column;
mod connection;
mod database;
pub mod dialect;
mod error;
mod error_causes;
pub mod installation;
#[cfg(test)]
mod list_plans;
pub mod member_devices;
pub mod members;
pub mod one_time_links;
pub mod organizations;
pub mod paths;
mod problem;
mod query;
pub mod revoked_tokens;
pub mod scopes;
pub mod sessions;
pub mod signing_keys;
mod statement;
pub mod tables;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod test_support;
mod token_digest;
mod transaction_pooler;
pub mod used_assertions;
mod write_gate;

pub use column::{Column, ColumnKind};
pub use connection::{Connection, Transaction};
pub use dialect::{DatabaseUrlError, Dialect, GroupSize, Location, LockedTable};
pub use error::StorageError;

pub use database::{Connections, DatabaseError, Store, knows_migrations, lock as lock_database};
pub use problem::line_with_sources;
pub use query::is_duplicate;
pub use token_digest::TokenDigest;
pub use write_gate::WriteGate;

/// The target of spans for tracing. They are not part of the log.
pub const TRACES: &str = "latchkey::traces";
