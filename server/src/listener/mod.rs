//! The connections: how many there may be, how long one may take before it is cut off, and how they end.

mod connection;
mod places;

use std::{future::Future, io, net::SocketAddr, time::Duration};

use axum::{Router, extract::connect_info::Connected};
use axum_server::{Handle, Server};
use tokio::net::TcpListener;

use self::places::{Peer, Places};

/// How many connections there may be, and how long one may hold its place.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once. More wait to be accepted, and are not refused.
    pub connections: usize,
    /// From the opening of a connection, or from the answer before, to the last byte of the next request's headers.
    /// Proxies keep connections open between requests: less than half a minute would make them open many.
    pub next_request: Duration,
    /// How long a client may take nothing of an answer that waits for it.
    pub answer: Duration,
    /// What requests under way may take once the server has been told to stop.
    pub last_requests: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: places::within_the_process(),
            next_request: Duration::from_secs(30),
            answer: Duration::from_secs(30),
            last_requests: Duration::from_secs(10),
        }
    }
}

/// The largest head of a request, in bytes: more is answered with 431 (RFC 6585 §5).
const LARGEST_HEAD: usize = 32 * 1024;

/// Answers what comes to `listener` until `stop`, then lets requests under way end. Answers are small and leave at
/// once, without Nagle's delay. HTTP/1.1 alone: one connection is one request at a time, so that a limit of connections
/// is one of requests, and every wait has its end.
///
/// # Errors
///
/// Whatever ends the listening.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::<Peer>::new();
    let mut server = Server::from_listener(Places::new(listener, limits))
        .http1_only()
        .handle(handle.clone())
        .first_request_timeout(limits.next_request);
    server.http_builder().http1().header_read_timeout(limits.next_request).max_buf_size(LARGEST_HEAD);
    tokio::spawn(async move {
        stop.await;
        handle.graceful_shutdown(Some(limits.last_requests));
    });
    server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await
}

impl Connected<Peer> for SocketAddr {
    fn connect_info(Peer(address): Peer) -> Self {
        address
    }
}
