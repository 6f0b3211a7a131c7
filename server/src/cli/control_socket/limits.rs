use std::time::Duration;

/// The largest request, in bytes. An e-mail address is the longest part of one.
pub(super) const MAX_REQUEST_SIZE: u64 = 4 * 1024;

/// The largest reply, in bytes.
pub(super) const MAX_REPLY_SIZE: u64 = 64 * 1024;

/// How many connections are served at a time. More wait in the socket's queue.
pub(super) const MAX_CONNECTIONS: usize = 8;

/// How long a client may take to send its request, or to read the reply.
pub(super) const CLIENT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a client waits for the reply. A new RSA key takes seconds where the machine is slow.
pub(super) const REPLY_TIMEOUT: Duration = Duration::from_mins(1);
