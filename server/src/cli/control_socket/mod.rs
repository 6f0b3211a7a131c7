//! Commands beside a running server on SQLite. That server alone has the database, so it does what they ask for, over a Unix
//! socket beside the database file, which its own user and root can reach. There is a fixed set of them; each is one connection
//! with one request and one reply, in JSON. Links are in the reply and nowhere else.

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
