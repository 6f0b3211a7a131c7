//! The server: settings, command line, HTTP routes and middleware. It translates between them and the engine, which
//! decides.
//!
//! There are four folders, and each uses only the ones after it: `cli` → `http` → `observability` → `settings`.
//! `lifecycle` uses none of them.

pub mod cli;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod lifecycle;
mod observability;
mod settings;

pub use http::{RefusalLimiter, ServerState, SharedState, Site, UntrustedProxy, listener, router};
pub use lifecycle::Lifecycle;
pub use observability::metrics::Metrics;
pub use settings::Origin;
