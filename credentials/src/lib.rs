//! Latchkey's engine: it makes, checks, changes and remembers credentials. It knows no HTTP and no Leptos;
//! whoever calls it translates.
//!
//! Each operation stands in a file of its own with its error, as a method of [`Engine`].

pub mod access_keys;
mod admission;
mod audit;
pub mod backup;
mod base62;
pub mod caller;
pub mod clock;
mod directory;
mod engine;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzzing;
pub mod hashing;
mod housekeeping;
mod installation;
pub mod key_manager;
pub mod limits;
pub mod machines;
pub mod members;
pub mod move_database;
pub mod one_time_link;
mod open_error;
pub mod paging;
pub mod propagation;
pub mod random;
pub mod refusal_log;
pub mod scopes;
mod secret;
pub mod sessions;
mod settings;
pub mod signing;
pub mod statistics;
pub mod storage;
#[cfg(test)]
mod testing;
pub mod threads;
pub mod throttle;
mod token_tags;
mod traces;

pub use admission::{Overloaded, Queue};
pub use caller::{Administrator, Caller, NotAllowed};
pub use clock::{Clock, SystemClock};
pub use engine::{Engine, Readiness};
pub use hashing::WeakPassword;
pub use key_manager::{KeyManager, KeyViewer, MissingScope};
pub use limits::{LimitReached, Limited, Limits};
pub use open_error::OpenError;
pub use propagation::{Confirmation, NodeSettings};
pub use random::{OsRandom, Random};
pub use secret::{InvalidPrefix, SecretPrefix};
pub use sessions::NewSession;
pub use settings::Settings;
pub use signing::{SealingKey, SigningKeysAtOpening};
pub use statistics::Statistics;
pub use storage::StorageError;
pub use throttle::TooManyAttempts;
pub use traces::TRACES;
