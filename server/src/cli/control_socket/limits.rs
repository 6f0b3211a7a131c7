use std::time::Duration;

/// The maximum size of a request, in bytes. An e-mail address is its longest part.
pub(super) const MAX_REQUEST_SIZE: u64 = 4 * 1024;

/// The maximum size of a reply, in bytes.
pub(super) const MAX_REPLY_SIZE: u64 = 64 * 1024;

/// How many connections are served at the same time. Others wait in the socket's queue.
pub(super) const MAX_CONNECTIONS: usize = 8;

/// How long a client may take to send its request, and to read the reply.
pub(super) const CLIENT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a client waits for the reply. A new RSA key takes seconds on a slow machine.
pub(super) const REPLY_TIMEOUT: Duration = Duration::from_mins(1);
