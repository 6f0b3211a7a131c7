//! Everything between a socket and the engine: the listener, the middleware, the routes and their `OpenAPI` description.

pub(crate) mod authorization_header;
mod challenges;
mod client_address;
pub mod listener;
pub(crate) mod metrics_listener;
mod middleware;
mod oauth_error;
mod openapi;
mod problem_response;
mod refusal_limiter;
mod refusal_log;
mod request_body;
mod router;
mod routes;
pub(crate) mod site;
mod state;
mod untrusted_proxy;

#[cfg(any(test, feature = "fuzz"))]
pub use self::routes::check_form;
pub use self::{
    refusal_limiter::RefusalLimiter,
    router::router,
    site::Site,
    state::{ServerState, SharedState},
    untrusted_proxy::UntrustedProxy,
};
