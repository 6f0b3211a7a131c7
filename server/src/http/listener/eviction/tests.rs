use tokio::time::{Instant, advance};

use super::*;

/// A listener with 160 permits, of which the base share of a peer is ten.
struct Fixture {
    open_connections: OpenConnections,
    connections: Vec<Arc<Activity>>,
}

impl Fixture {
    fn new() -> Self {
        Self { open_connections: OpenConnections::new(160), connections: Vec::new() }
    }

    fn open(&mut self, peer: &str, count: usize) -> Vec<Arc<Activity>> {
        let new: Vec<_> = (0..count).map(|_| Arc::new(Activity::new(peer.parse().unwrap()))).collect();
        for connection in &new {
            self.open_connections.insert(connection);
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

    fn evict(&mut self) {
        self.open_connections.evict(self.connections.len());
    }
}

fn asked(connections: &[Arc<Activity>]) -> usize {
    connections.iter().filter(|connection| connection.is_close_requested()).count()
}

const ATTACKER: &str = "203.0.113.7";

#[tokio::test(start_paused = true)]
async fn peers_are_limited_only_above_four_fifths_of_the_permits() {
    let mut fixture = Fixture::new();
    let idle = fixture.open(ATTACKER, 128);
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!(asked(&idle), 0);
    let other = fixture.open("203.0.113.8", 1);
    fixture.evict();
    assert_eq!((asked(&idle), asked(&other)), (118, 0));
    fixture.evict();
    assert_eq!(asked(&idle), 118, "those that are leaving do not count");
}

#[tokio::test(start_paused = true)]
async fn the_idlest_connections_are_closed_first() {
    let mut fixture = Fixture::new();
    let idle = fixture.open(ATTACKER, 140);
    advance(Duration::from_secs(1)).await;
    for connection in &idle[20..30] {
        connection.record_bytes(Instant::now());
    }
    fixture.evict();
    assert_eq!((asked(&idle), asked(&idle[20..30])), (130, 0));
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_has_a_grace_period() {
    let mut fixture = Fixture::new();
    let idle = fixture.open(ATTACKER, 140);
    advance(GRACE_PERIOD / 2).await;
    fixture.evict();
    assert_eq!(asked(&idle), 0);
    advance(GRACE_PERIOD / 2).await;
    fixture.evict();
    assert_eq!(asked(&idle), 130);
}

#[tokio::test(start_paused = true)]
async fn a_peer_with_requests_keeps_its_connections_and_may_open_as_many_more() {
    let mut fixture = Fixture::new();
    let gateway = fixture.open_carrying("10.0.0.1", 60);
    let new = fixture.open("10.0.0.1", 70);
    fixture.open(ATTACKER, 10);
    advance(Duration::from_mins(1)).await;
    fixture.evict();
    assert_eq!((asked(&gateway), asked(&new)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn one_request_does_not_entitle_a_peer_to_all_permits() {
    let mut fixture = Fixture::new();
    fixture.open_carrying(ATTACKER, 1);
    let idle = fixture.open(ATTACKER, 140);
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!(asked(&idle), 129);
}

#[tokio::test(start_paused = true)]
async fn many_addresses_of_one_ipv6_customer_count_as_one_peer() {
    let mut fixture = Fixture::new();
    let mut idle = Vec::new();
    for number in 0..150 {
        idle.extend(fixture.open(&format!("2001:db8::{number:x}"), 1));
    }
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!(asked(&idle), 140);
}

#[tokio::test(start_paused = true)]
async fn when_permits_run_out_only_peers_with_requests_keep_silent_connections() {
    let mut fixture = Fixture::new();
    let gateway = fixture.open_carrying("10.0.0.1", 5);
    let gateways_new = fixture.open("10.0.0.1", 5);
    let mut idle = Vec::new();
    for number in 0..150 {
        idle.extend(fixture.open(&format!("203.0.113.{number}"), 1));
    }
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!((asked(&gateway), asked(&gateways_new), asked(&idle)), (0, 0, 150));
}

#[tokio::test(start_paused = true)]
async fn when_permits_run_out_a_gateway_keeps_no_more_silent_connections_than_others() {
    let mut fixture = Fixture::new();
    let gateway = fixture.open_carrying("10.0.0.1", 100);
    let new = fixture.open("10.0.0.1", 60);
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!((asked(&gateway), asked(&new)), (0, 50));
}

#[tokio::test(start_paused = true)]
async fn when_connections_with_requests_use_all_permits_the_largest_peers_lose_their_idlest() {
    let mut fixture = Fixture::new();
    let attacker = fixture.open_carrying(ATTACKER, 100);
    let gateway = fixture.open_carrying("10.0.0.1", 40);
    let other = fixture.open_carrying("203.0.113.8", 20);
    advance(GRACE_PERIOD).await;
    for connection in &attacker[..60] {
        connection.record_bytes(Instant::now());
    }
    fixture.evict();
    assert_eq!((asked(&attacker), asked(&attacker[60..])), (40, 40), "those that were answered just now are left");
    assert_eq!((asked(&gateway), asked(&other)), (10, 0), "all that are left have at most 30");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_answering_is_not_closed() {
    let mut fixture = Fixture::new();
    let busy = fixture.open(ATTACKER, 160);
    for connection in &busy {
        connection.begin_request(false);
    }
    advance(Duration::from_mins(1)).await;
    fixture.evict();
    assert_eq!(asked(&busy), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_without_its_body_does_not_count_yet() {
    let mut fixture = Fixture::new();
    let slow = fixture.open(ATTACKER, 140);
    for connection in &slow {
        connection.begin_request(true);
    }
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!(asked(&slow), 130);
    slow[0].mark_body_read();
    assert!(slow[0].has_completed_request());
}

#[tokio::test(start_paused = true)]
async fn connections_with_requests_stay_while_silent_ones_can_be_closed() {
    let mut fixture = Fixture::new();
    let gateway = fixture.open_carrying("10.0.0.1", 145);
    fixture.open(ATTACKER, 15);
    advance(GRACE_PERIOD).await;
    fixture.evict();
    assert_eq!(asked(&gateway), 0);
}

#[test]
fn the_fair_share_redistributes_what_small_peers_do_not_need() {
    for (counts, total, share) in [
        (vec![100, 40, 20], 80, 30),
        (vec![160], 80, 80),
        (vec![10, 150], 80, 70),
        (vec![1; 160], 80, 0),
        (vec![3, 4], 80, 80),
        (vec![], 80, 80),
    ] {
        assert_eq!(fair_share(counts.clone(), total), share, "{counts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn ended_connections_are_removed() {
    let mut fixture = Fixture::new();
    for _ in 0..1000 {
        fixture.open(ATTACKER, 1);
        fixture.connections.clear();
    }
    assert!(fixture.open_connections.connections.len() <= 320);
}
