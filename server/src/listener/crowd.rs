use std::{
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
/// A connection that carries requests is never asked to end. One that has not brought a complete request is cheap for its
/// peer, so once four in five of the places are taken, a peer may have only so many of them: a sixteenth of all places, and
/// as many again as it has connections that carry requests. Once all places are taken, the second part is dropped, and a
/// peer that carries no requests has none left: a call is waiting for a place.
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
        let peers = self.peers();
        let a_share = (self.places / 16).max(1);
        let is_full = taken >= self.places;
        for mut peer in peers.into_values() {
            let allowed = match (is_full, peer.carrying) {
                (false, carrying) => a_share + carrying,
                (true, 0) => 0,
                (true, _) => a_share,
            };
            peer.waiting.sort_by_key(|(silence, _)| *silence);
            // The first ones are the most recent.
            for (_, connection) in peer.waiting.iter().skip(allowed).filter(|(_, connection)| connection.age() >= GRACE)
            {
                connection.ask_to_end();
            }
        }
    }

    fn peers(&self) -> HashMap<IpAddr, Peer> {
        let mut peers: HashMap<IpAddr, Peer> = HashMap::new();
        for connection in self.connections.iter().filter_map(Weak::upgrade) {
            let peer = peers.entry(connection.network()).or_default();
            if connection.carries_requests() {
                peer.carrying += 1;
            } else if !connection.is_asked_to_end() {
                peer.waiting.push((connection.silence(), connection));
            }
        }
        peers
    }
}

/// The connections of one peer.
#[derive(Default)]
struct Peer {
    carrying: usize,
    /// Those that have not brought a complete request, and how long each has been silent. That is read once: it changes all the
    /// time, and a sort by keys that change panics.
    waiting: Vec<(Duration, Arc<Activity>)>,
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    /// A listener with 160 places: a share is ten.
    struct Fixture {
        crowd: Crowd,
        connections: Vec<Arc<Activity>>,
    }

    impl Fixture {
        fn new() -> Self {
            Self { crowd: Crowd::new(160), connections: Vec::new() }
        }

        fn open(&mut self, peer: &str, count: usize) -> Vec<Arc<Activity>> {
            let new: Vec<_> = (0..count).map(|_| Arc::new(Activity::new(peer.parse().unwrap()))).collect();
            for connection in &new {
                self.crowd.admit(connection);
            }
            self.connections.extend(new.iter().cloned());
            new
        }

        fn open_carrying(&mut self, peer: &str, count: usize) -> Vec<Arc<Activity>> {
            let new = self.open(peer, count);
            for connection in &new {
                connection.begin_request(false);
                connection.end_request();
            }
            new
        }

        fn make_room(&mut self) {
            self.crowd.make_room(self.connections.len());
        }
    }

    fn asked(connections: &[Arc<Activity>]) -> usize {
        connections.iter().filter(|connection| connection.is_asked_to_end()).count()
    }

    const ATTACKER: &str = "203.0.113.7";

    #[tokio::test(start_paused = true)]
    async fn only_when_four_in_five_places_are_taken_peers_are_limited() {
        let mut fixture = Fixture::new();
        let idle = fixture.open(ATTACKER, 128);
        advance(GRACE).await;
        fixture.make_room();
        assert_eq!(asked(&idle), 0);
        let other = fixture.open("203.0.113.8", 1);
        fixture.make_room();
        assert_eq!((asked(&idle), asked(&other)), (118, 0));
        fixture.make_room();
        assert_eq!(asked(&idle), 118, "those that are leaving do not count");
    }

    #[tokio::test(start_paused = true)]
    async fn the_idlest_go() {
        let mut fixture = Fixture::new();
        let idle = fixture.open(ATTACKER, 140);
        advance(Duration::from_secs(1)).await;
        for connection in &idle[20..30] {
            connection.hear();
        }
        fixture.make_room();
        assert_eq!((asked(&idle), asked(&idle[20..30])), (130, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_has_a_moment_to_say_something() {
        let mut fixture = Fixture::new();
        let idle = fixture.open(ATTACKER, 140);
        advance(GRACE / 2).await;
        fixture.make_room();
        assert_eq!(asked(&idle), 0);
        advance(GRACE / 2).await;
        fixture.make_room();
        assert_eq!(asked(&idle), 130);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_carries_requests_keeps_its_connections_and_may_open_as_many_again() {
        let mut fixture = Fixture::new();
        let gateway = fixture.open_carrying("10.0.0.1", 60);
        let new = fixture.open("10.0.0.1", 70);
        fixture.open(ATTACKER, 10);
        advance(Duration::from_mins(1)).await;
        fixture.make_room();
        assert_eq!((asked(&gateway), asked(&new)), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_does_not_buy_all_places() {
        let mut fixture = Fixture::new();
        fixture.open_carrying(ATTACKER, 1);
        let idle = fixture.open(ATTACKER, 140);
        advance(GRACE).await;
        fixture.make_room();
        assert_eq!(asked(&idle), 129);
    }

    #[tokio::test(start_paused = true)]
    async fn many_addresses_of_one_ipv6_customer_count_as_one_peer() {
        let mut fixture = Fixture::new();
        let mut idle = Vec::new();
        for number in 0..150 {
            idle.extend(fixture.open(&format!("2001:db8::{number:x}"), 1));
        }
        advance(GRACE).await;
        fixture.make_room();
        assert_eq!(asked(&idle), 140);
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_places_are_taken_only_peers_that_carry_requests_keep_silent_connections() {
        let mut fixture = Fixture::new();
        let gateway = fixture.open_carrying("10.0.0.1", 5);
        let gateways_new = fixture.open("10.0.0.1", 5);
        let mut idle = Vec::new();
        for number in 0..150 {
            idle.extend(fixture.open(&format!("203.0.113.{number}"), 1));
        }
        advance(GRACE).await;
        fixture.make_room();
        assert_eq!((asked(&gateway), asked(&gateways_new), asked(&idle)), (0, 0, 150));
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_places_are_taken_a_gateway_has_no_more_silent_connections_than_others() {
        let mut fixture = Fixture::new();
        let gateway = fixture.open_carrying("10.0.0.1", 100);
        let new = fixture.open("10.0.0.1", 60);
        advance(GRACE).await;
        fixture.make_room();
        assert_eq!((asked(&gateway), asked(&new)), (0, 50));
    }

    #[tokio::test(start_paused = true)]
    async fn connections_that_have_ended_are_forgotten() {
        let mut fixture = Fixture::new();
        for _ in 0..1000 {
            fixture.open(ATTACKER, 1);
            fixture.connections.clear();
        }
        assert!(fixture.crowd.connections.len() <= 320);
    }
}
