//! Latchkey's engine: it creates, verifies, changes and revokes credentials. It knows neither HTTP nor Leptos; the crates above
//! translate.
//!
//! [`Engine`] opens a database and wires the services: [`Keys`](keys::Keys), [`People`](people::People),
//! [`Verification`](verification::Verification), [`OAuth`](oauth::OAuth), and what they share. Each service is a folder with one
//! operation per file. Modules depend only on those further down in this list.

pub mod operations;

mod engine;
mod installation;
mod open_error;
mod problems;
mod settings;
mod statistics;

mod audit;
pub mod cluster;
pub mod key_cache;
pub mod keys;
pub mod oauth;
pub mod people;
pub mod signing;
mod usage;
pub mod verification;

mod call_writes;
mod concurrency;
mod crypto;
mod limits;
pub mod paging;
pub mod per_thread_counter;
mod random;
mod rate_limit;
pub mod refusal_log;
mod time;

mod base62;

#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(test)]
mod testing;

pub use cluster::{ClusterProgress, Confirmation, NodeSettings};
pub use concurrency::{Overloaded, Queue};
pub use crypto::{
    hashing::WeakPassword,
    sealing::{SealingKey, SealingKeyError},
    secret::{InvalidPrefix, SecretPrefix},
};
pub use engine::{Engine, Readiness};
pub use latchkey_store::{Connections, DatabaseError, DatabaseUrlError, Location, StorageError, TRACES};
pub use limits::{LimitReached, Limited, Limits};
pub use open_error::OpenError;
pub use random::{OsRandom, Random};
pub use rate_limit::TooManyAttempts;
pub use settings::Settings;
pub use statistics::Statistics;
pub use time::{Clock, SystemClock};
