//! Tests of the server from outside: the real router over a real engine and database, and the built binary.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod support;

mod access_keys;
mod assertion_logs;
mod audiences;
mod authorization;
mod backup;
mod challenges;
mod client_assertions;
mod console_requests;
mod cookies;
mod cors;
mod cross_site;
mod delegated_commands;
mod deployment;
mod errors;
mod gateway_limits;
mod health;
mod http_rules;
mod introspect;
mod key_managers;
mod layers;
mod limits;
mod litestream;
mod logs;
mod members;
mod metrics;
mod migrate_database;
mod no_secrets;
mod openapi;
mod ping;
mod postgres_trouble;
mod response_headers;
mod restore;
mod sessions;
mod settings;
mod site;
mod slow_clients;
mod standards;
mod start_up;
mod token;
mod traces;
mod verify;
mod well_known;
