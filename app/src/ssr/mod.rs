//! The server's side of the server functions: the caller and the services of the engine. No other module depends on the
//! feature `ssr`.

mod cookie;
mod device_cookie;
mod request;
mod session;
mod session_cookie;

pub use latchkey_engine as engine;
pub use request::{
    KeyCaller, KnownCaller, RequestContext, caller, client_address, device, key_caller, keys, people, signed_in,
    untrusted_proxy, verification,
};
pub use session::{end_session, start_session};
pub use session_cookie::session_cookie_name;
