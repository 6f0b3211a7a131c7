use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Weak},
    time::Duration,
};

use super::activity::Activity;

/// How long a connection has in any case before it may have to make room: what a client sends at once is read by then.
const GRACE_PERIOD: Duration = Duration::from_millis(200);

/// The connections of a listener, and which of them make room when there are too many.
///
/// A connection that has not brought a complete request is cheap for its peer, so once four in five of the places are taken,
/// a peer may have only so many of them: a sixteenth of all places, and as many again as it has connections that carry
/// requests. Once all places are taken, the second part is dropped, and a peer that carries no requests has none left: a call
/// is waiting for a place.
///
/// A connection that carries requests is not asked to end, unless such connections alone take all places: a peer could
/// otherwise shut out all others by one request on each. The peers with the most then give up those that await their client,
/// so that half of the places become free. A peer with fewer than its share keeps all of them.
pub(super) struct OpenConnections {
    connections: Vec<Weak<Activity>>,
    max_connections: usize,
}

impl OpenConnections {
    pub(super) fn new(max_connections: usize) -> Self {
        Self { connections: Vec::new(), max_connections }
    }

    /// Adds a connection. It leaves by itself.
    pub(super) fn insert(&mut self, activity: &Arc<Activity>) {
        if self.connections.len() >= 2 * self.max_connections {
            self.connections.retain(|connection| connection.strong_count() > 0);
        }
        self.connections.push(Arc::downgrade(activity));
    }

    /// Asks the idlest connections of each peer that has too many to end, if `taken` places are many.
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

/// A connection, and how long it has been silent. That is read once: it changes all the time, and a sort by keys that change
/// panics.
type Idle = (Duration, Arc<Activity>);

/// The connections of one peer, without those that have been asked to end.
#[derive(Default)]
struct Peer {
    /// Those that have not brought a complete request.
    silent: Vec<Idle>,
    /// How many have.
    carrying: usize,
    /// Those of them that have awaited their client for a moment.
    resting: Vec<Idle>,
}

/// Asks so many of the connections to end, the idlest first.
fn close_idlest(connections: &mut [Idle], count: usize) {
    connections.sort_by_key(|(silence, _)| Reverse(*silence));
    for (_, connection) in connections.iter().take(count).filter(|(_, connection)| connection.age() >= GRACE_PERIOD) {
        connection.request_close();
    }
}

/// The most that each may have so that all together have no more than `total`, where those with less leave theirs to the others.
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
#[path = "eviction_tests.rs"]
mod tests;
