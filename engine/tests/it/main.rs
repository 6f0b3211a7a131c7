//! The engine's behaviour, every test on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[macro_use]
mod support;

mod access_keys;
mod after_restore;
mod architecture;
mod audit;
mod authority;
mod backup;
mod client_assertions;
mod client_signatures;
mod cluster;
mod concurrent_creations;
mod devices;
mod hot_path;
mod limits;
mod listing;
mod members;
mod move_database;
mod no_secrets;
mod nodes;
mod read_only;
mod restore;
mod scopes;
mod sessions;
mod signing;
mod start;
mod statistics;
mod tokens;
mod unicode;
mod verification;
