//! Commands that a running server executes. A server on SQLite is the only process that has the database open, so other
//! processes send it commands over a Unix socket next to the database file, which only its own user and root can reach.
//! The set of commands is fixed. Each connection carries one request and one reply, in JSON. Links appear in the reply
//! and nowhere else.

mod client;
mod limits;
mod messages;
mod server;
mod socket_path;
#[cfg(test)]
mod tests;

pub use self::client::ControlError;
pub(crate) use self::{
    client::send_request,
    messages::{ControlReply, ControlRequest},
    server::ControlSocket,
};
