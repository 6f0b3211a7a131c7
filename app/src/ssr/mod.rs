//! The server's side of the server functions: the caller, the engine, and the conversion of errors. No other module depends on the
//! feature `ssr`.

mod cookie;
mod device_cookie;
mod problems;
mod request;
mod session;
mod session_cookie;

pub use latchkey_credentials as credentials;
pub use problems::{IntoProblem, OrProblem};
pub use request::{
    KeyCaller, KnownCaller, RequestContext, caller, client_address, device, engine, key_caller, signed_in,
    untrusted_proxy,
};
pub use session::{end_session, start_session};
pub use session_cookie::session_cookie_name;
