use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Weak},
    time::Duration,
};

use super::activity::Activity;

/// The minimum age of a connection that may be evicted. What a client sends at once is read by then.
const GRACE_PERIOD: Duration = Duration::from_millis(200);

/// The open connections of a listener. Decides which of them are closed when there are too many.
///
/// A connection without a complete request costs its peer little. So once four fifths of all permits are in use, the
/// number of such connections is limited for each peer: to one sixteenth of all permits, plus the number of the peer's
/// connections that have carried requests. Once all permits are in use, the second part no longer applies, and a peer
/// without connections that have carried requests may keep none, because a call is waiting for a permit.
///
/// Connections that have carried requests are kept, unless they alone use up all permits. A peer could otherwise shut
/// out all others by one request on each connection. In that case the peers with the most such connections lose those
/// that wait for their client, until half of the permits are free. A peer with fewer connections than its share keeps
/// all of them.
pub(super) struct OpenConnections {
    connections: Vec<Weak<Activity>>,
    max_connections: usize,
}

impl OpenConnections {
    pub(super) fn new(max_connections: usize) -> Self {
        Self { connections: Vec::new(), max_connections }
    }

    /// Adds a connection. It is removed when it ends.
    pub(super) fn insert(&mut self, activity: &Arc<Activity>) {
        if self.connections.len() >= 2 * self.max_connections {
            self.connections.retain(|connection| connection.strong_count() > 0);
        }
        self.connections.push(Arc::downgrade(activity));
    }

    /// Asks the idlest connections of each peer that has too many to close, if many of the permits are in use
    /// (`taken`).
    pub(super) fn evict(&mut self, taken: usize) {
        if taken * 5 <= self.max_connections * 4 {
            return;
        }
        self.connections.retain(|connection| connection.strong_count() > 0);
        let mut peers = self.peers();
        let base_share = self.base_share();
        let is_full = taken >= self.max_connections;
        for peer in peers.values_mut() {
            let allowed = match (is_full, peer.carrying) {
                (false, carrying) => base_share + carrying,
                (true, 0) => 0,
                (true, _) => base_share,
            };
            let surplus = peer.silent.len().saturating_sub(allowed);
            close_idlest(&mut peer.silent, surplus);
        }
        let carrying = peers.values().map(|peer| peer.carrying);
        if is_full && carrying.clone().sum::<usize>() + base_share > self.max_connections {
            let level = fair_share(carrying.collect(), self.max_connections / 2).max(base_share);
            for peer in peers.values_mut() {
                let surplus = peer.carrying.saturating_sub(level);
                close_idlest(&mut peer.resting, surplus);
            }
        }
    }

    fn base_share(&self) -> usize {
        (self.max_connections / 16).max(1)
    }

    fn peers(&self) -> HashMap<IpAddr, Peer> {
        let mut peers: HashMap<IpAddr, Peer> = HashMap::new();
        for connection in self.connections.iter().filter_map(Weak::upgrade) {
            let peer = peers.entry(connection.network()).or_default();
            if connection.is_close_requested() {
                continue;
            }
            let idle = (connection.idle_time(), Arc::clone(&connection));
            if !connection.has_completed_request() {
                peer.silent.push(idle);
                continue;
            }
            peer.carrying += 1;
            if connection.is_waiting_for_client() && idle.0 >= GRACE_PERIOD {
                peer.resting.push(idle);
            }
        }
        peers
    }
}

/// How long a connection has been idle, and the connection. The time is read once: it changes constantly, and sorting
/// by a key that changes panics.
type Idle = (Duration, Arc<Activity>);

/// The connections of one peer, except those that have been asked to close.
#[derive(Default)]
struct Peer {
    /// Those without a complete request.
    silent: Vec<Idle>,
    /// The number of those with a complete request.
    carrying: usize,
    /// Those of them that have waited for their client for a moment.
    resting: Vec<Idle>,
}

/// Asks `count` connections to close, the idlest first.
fn close_idlest(connections: &mut [Idle], count: usize) {
    connections.sort_by_key(|(silence, _)| Reverse(*silence));
    for (_, connection) in connections.iter().take(count).filter(|(_, connection)| connection.age() >= GRACE_PERIOD) {
        connection.request_close();
    }
}

/// Returns the maximum for each peer so that the total is at most `total`. Peers that need less leave the rest to the
/// others.
fn fair_share(mut counts: Vec<usize>, total: usize) -> usize {
    counts.sort_unstable();
    let mut left = total;
    for (index, &count) in counts.iter().enumerate() {
        let share = left / (counts.len() - index);
        if count > share {
            return share;
        }
        left -= count;
    }
    total
}

#[cfg(test)]
mod tests;
