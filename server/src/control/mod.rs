//! Commands beside a running server on SQLite. That server alone has the database, so it does what they ask for, over a Unix
//! socket beside the database file, which its own user and root can reach. There is a fixed set of them; each is one connection
//! with one request and one reply, in JSON. Links are in the reply and nowhere else.

mod address;
mod client;
mod listener;
mod messages;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::address::socket_file;
pub use self::client::ControlError;
pub(crate) use self::{
    client::ask,
    listener::Control,
    messages::{Reply, Request},
};

/// The largest request, in bytes. An e-mail address is the longest part of one.
const LARGEST_REQUEST: u64 = 4 * 1024;

/// The largest reply, in bytes.
const LARGEST_REPLY: u64 = 64 * 1024;

/// How many connections are served at a time. More wait in the socket's queue.
const CONNECTIONS: usize = 8;

/// How long a client may take to send its request, or to read the reply.
const CLIENT_TIME: Duration = Duration::from_secs(2);

/// How long a client waits for the reply. A new RSA key takes seconds where the machine is slow.
const REPLY_TIME: Duration = Duration::from_mins(1);
