use std::{
    net::{IpAddr, Ipv6Addr},
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    task::Context,
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::time::Instant;

/// The state of a connection, shared by its stream, the service that answers its requests, and the listener that evicts
/// connections.
pub(super) struct Activity {
    network: IpAddr,
    opened: Instant,
    /// Counts the requests begun plus the requests answered: odd while one is being answered.
    sequence: AtomicU64,
    /// Since when no bytes have come, in milliseconds after `opened`. Set by the bytes of the first request's head, and
    /// later by each response and each head of a request with a body.
    idle_since: AtomicU64,
    body_is_unread: AtomicBool,
    is_close_requested: AtomicBool,
    waker: AtomicWaker,
}

impl Activity {
    pub(super) fn new(peer: IpAddr) -> Self {
        Self {
            network: network(peer),
            opened: Instant::now(),
            sequence: AtomicU64::new(0),
            idle_since: AtomicU64::new(0),
            body_is_unread: AtomicBool::new(false),
            is_close_requested: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        }
    }

    /// Returns the network that the connection is counted for.
    pub(super) fn network(&self) -> IpAddr {
        self.network
    }

    /// Records that the head of a request is complete.
    pub(super) fn begin_request(&self, has_body: bool) {
        if has_body {
            self.record_bytes(Instant::now());
        }
        self.body_is_unread.store(has_body, Relaxed);
        self.sequence.store(self.sequence() + 1, Relaxed);
    }

    /// Records that the request's response is ready to be sent. Withdraws a request to close, because the client was
    /// active.
    pub(super) fn end_request(&self) {
        self.is_close_requested.store(false, Relaxed);
        self.sequence.store(self.sequence() + 1, Relaxed);
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence.load(Relaxed)
    }

    /// Returns whether at least one complete request has been received.
    pub(super) fn has_completed_request(&self) -> bool {
        match self.sequence() {
            0 => false,
            1 => !self.has_unread_body(),
            _ => true,
        }
    }

    /// Returns whether a request has begun and is not answered yet.
    pub(super) fn is_answering(&self) -> bool {
        self.sequence() % 2 == 1
    }

    /// Returns whether the server waits for the client: for a request, or for the rest of one.
    pub(super) fn is_waiting_for_client(&self) -> bool {
        !self.is_answering() || self.has_unread_body()
    }

    /// Records that the body of the current request has been read to its end.
    pub(super) fn mark_body_read(&self) {
        self.body_is_unread.store(false, Relaxed);
    }

    pub(super) fn has_unread_body(&self) -> bool {
        self.body_is_unread.load(Relaxed)
    }

    /// Records that bytes have come, or that the wait for the next request has begun.
    pub(super) fn record_bytes(&self, now: Instant) {
        let passed = u64::try_from((now - self.opened).as_millis()).unwrap_or(u64::MAX);
        self.idle_since.store(passed, Relaxed);
    }

    pub(super) fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Returns how long the client has sent nothing, for a connection that waits for its client.
    pub(super) fn idle_time(&self) -> Duration {
        self.age().saturating_sub(Duration::from_millis(self.idle_since.load(Relaxed)))
    }

    /// Asks the connection to close. It does so once it has no bytes left to read and waits for its client.
    pub(super) fn request_close(&self) {
        self.is_close_requested.store(true, Relaxed);
        self.waker.wake();
    }

    pub(super) fn is_close_requested(&self) -> bool {
        self.is_close_requested.load(Relaxed)
    }

    /// Returns the same to the connection's task, which is woken when it changes.
    pub(super) fn poll_close_requested(&self, context: &Context<'_>) -> bool {
        self.waker.register(context.waker());
        self.is_close_requested()
    }
}

/// Returns an IPv4 address itself, and of an IPv6 address its /64, which is the smallest network that a customer has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_peers_count_by_their_64_and_mapped_ones_as_ipv4() {
        for (address, counts_for) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(network(address.parse().unwrap()).to_string(), counts_for);
        }
    }
}
