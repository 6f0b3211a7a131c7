use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Weak},
    time::Duration,
};

use super::activity::Activity;

/// How long a connection has in any case before it may have to make room: what a client sends at once is read by then.
const GRACE: Duration = Duration::from_millis(200);

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
pub(super) struct Crowd {
    connections: Vec<Weak<Activity>>,
    places: usize,
}

impl Crowd {
    pub(super) fn new(places: usize) -> Self {
        Self { connections: Vec::new(), places }
    }

    /// Adds a connection. It leaves by itself.
    pub(super) fn admit(&mut self, activity: &Arc<Activity>) {
        if self.connections.len() >= 2 * self.places {
            self.connections.retain(|connection| connection.strong_count() > 0);
        }
        self.connections.push(Arc::downgrade(activity));
    }

    /// Asks the idlest connections of each peer that has too many to end, if `taken` places are many.
    pub(super) fn make_room(&mut self, taken: usize) {
        if taken * 5 <= self.places * 4 {
            return;
        }
        self.connections.retain(|connection| connection.strong_count() > 0);
        let mut peers = self.peers();
        let a_share = self.a_share();
        let is_full = taken >= self.places;
        for peer in peers.values_mut() {
            let allowed = match (is_full, peer.carrying) {
                (false, carrying) => a_share + carrying,
                (true, 0) => 0,
                (true, _) => a_share,
            };
            let surplus = peer.silent.len().saturating_sub(allowed);
            ask_idlest(&mut peer.silent, surplus);
        }
        let carrying = peers.values().map(|peer| peer.carrying);
        if is_full && carrying.clone().sum::<usize>() + a_share > self.places {
            let level = fair_share(carrying.collect(), self.places / 2).max(a_share);
            for peer in peers.values_mut() {
                let surplus = peer.carrying.saturating_sub(level);
                ask_idlest(&mut peer.resting, surplus);
            }
        }
    }

    fn a_share(&self) -> usize {
        (self.places / 16).max(1)
    }

    fn peers(&self) -> HashMap<IpAddr, Peer> {
        let mut peers: HashMap<IpAddr, Peer> = HashMap::new();
        for connection in self.connections.iter().filter_map(Weak::upgrade) {
            let peer = peers.entry(connection.network()).or_default();
            if connection.is_asked_to_end() {
                continue;
            }
            let idle = (connection.silence(), Arc::clone(&connection));
            if !connection.carries_requests() {
                peer.silent.push(idle);
                continue;
            }
            peer.carrying += 1;
            if connection.awaits_client() && idle.0 >= GRACE {
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
fn ask_idlest(connections: &mut [Idle], count: usize) {
    connections.sort_by_key(|(silence, _)| Reverse(*silence));
    for (_, connection) in connections.iter().take(count).filter(|(_, connection)| connection.age() >= GRACE) {
        connection.ask_to_end();
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
