//! The types that the browser and the server share: identifiers, names, statuses, and the requests and
//! replies of the server functions. No IO; compiles to WebAssembly.

pub mod access_key;
pub mod credential_file;
#[cfg(feature = "unicode")]
pub mod email;
pub mod id;
pub mod member;
pub mod name;
pub mod network;
pub mod page;
pub mod problem;
pub mod public_key;
pub mod redacted;
#[cfg(feature = "schema")]
mod schema;
pub mod scope;
#[cfg(feature = "server-fn")]
mod server_function_error;
pub mod session;
pub mod snippet;
pub mod text;
pub mod timestamp;
pub mod token_lifetime;
