//! Latchkey's server: configuration, command line, HTTP routes and middleware. The engine decides; what stands
//! here translates.

mod authorization;
pub mod command_line;
mod commands;
mod control;
#[cfg(any(test, feature = "fuzz"))]
#[doc(hidden)]
pub mod fuzzing;
mod lifecycle;
pub mod listener;
mod logging;
mod metrics;
mod middleware;
mod openapi;
mod problem_answer;
mod refusals;
mod refused_calls;
mod request_body;
mod routes;
mod settings;
mod site;
mod state;
mod traces;
mod untrusted_proxy;

pub use lifecycle::Lifecycle;
pub use metrics::Metrics;
pub use refusals::Refusals;
pub use routes::router;
pub use settings::Origin;
pub use site::Site;
pub use state::{ServerState, Shared};
pub use untrusted_proxy::UntrustedProxy;
