//! The connections: how many there may be, how long one may take before it is cut off, and how they end.

mod activity;
mod connection;
mod crowd;
mod host;
mod linger;
mod places;
mod service;
mod wait;
mod workers;

use std::{future::Future, io, net::SocketAddr, num::NonZero, sync::Arc, thread, time::Duration};

use axum::Router;
use futures_util::future::try_join_all;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::Semaphore,
};

pub use self::workers::Thread;
use self::{places::Places, workers::Worker};

/// How many connections there may be, and how long one may hold its place.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are open at once. More wait to be accepted, and are not refused.
    pub connections: usize,
    /// From the opening of a connection to its first byte.
    pub first_byte: Duration,
    /// From the first byte of a request to the last one of its headers.
    pub head: Duration,
    /// From an answer to the first byte of the next request. Longer than a load balancer keeps an unused connection, so
    /// that it is the load balancer that closes it: it would otherwise send a request on a connection that is just closed.
    pub keep_alive: Duration,
    /// How long a client may take nothing of an answer that waits for it.
    pub answer: Duration,
    /// What requests under way may take once the server has been told to stop.
    pub last_requests: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: places::within_the_process(),
            first_byte: Duration::from_secs(5),
            head: Duration::from_secs(30),
            keep_alive: DEFAULT_KEEP_ALIVE,
            answer: Duration::from_secs(30),
            last_requests: Duration::from_secs(6),
        }
    }
}

/// Longer than the 60 seconds of AWS's load balancers and of nginx.
pub(crate) const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(75);

/// What all connections of a listener share.
struct Rules {
    limits: Limits,
    /// One for each connection that may read on after its answer at the same time.
    lingering: Arc<Semaphore>,
}

impl Rules {
    fn new(limits: Limits) -> Self {
        Self { limits, lingering: Arc::new(Semaphore::new((limits.connections / 8).max(1))) }
    }
}

/// The largest head of a request, in bytes: more is answered with 431 (RFC 6585 §5).
const LARGEST_HEAD: usize = 32 * 1024;

/// How many connections the operating system may queue for the listener; it takes the least of this and its own setting
/// (`net.core.somaxconn` on Linux). A call behind a full queue is not refused but tries again after 1, 3 and 7 seconds, and
/// the 128 of the standard library are fewer than one peer can fill.
const LONGEST_QUEUE: u32 = 4096;

/// A listener on `address`.
///
/// # Errors
///
/// Those of the operating system, such as that the address is in use.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restarted server need not wait for the old connections to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(LONGEST_QUEUE)
}

/// Answers what comes to `listener` until `stop`, then lets requests under way end. Answers are small and leave at
/// once, without Nagle's delay. One thread for each core has its share of the connections, and a router of its own.
///
/// # Errors
///
/// Whatever keeps the threads from starting, or ends them before their time.
pub async fn serve(
    listener: TcpListener,
    router: impl Fn() -> Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Vec<Thread>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    serve_on(cores, listener, router, limits, stop).await
}

/// The same on so many threads.
///
/// # Errors
///
/// As [`serve`].
pub(crate) async fn serve_on(
    threads: usize,
    listener: TcpListener,
    router: impl Fn() -> Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Vec<Thread>> {
    let rules = Arc::new(Rules::new(limits));
    let start = |_| Worker::start(router(), Arc::clone(&rules));
    let workers = (0..threads).map(start).collect::<io::Result<Vec<_>>>()?;
    tokio::select! {
        () = stop => {}
        () = deal(Places::new(listener, limits.connections), &workers) => {}
    }
    try_join_all(workers.into_iter().map(Worker::end)).await
}

/// Gives each connection to the thread that has the fewest.
async fn deal(mut places: Places, workers: &[Worker]) {
    loop {
        let connection = places.accept().await;
        if let Some(worker) = workers.iter().min_by_key(|worker| worker.load()) {
            worker.give(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::{net::TcpStream, time::timeout};

    use super::*;

    #[tokio::test]
    async fn hundreds_of_connections_may_wait_to_be_accepted() {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let connect = |_| timeout(Duration::from_secs(30), TcpStream::connect(address));
        let waiting = try_join_all((0..300).map(connect)).await.expect("no connection waits for the queue");
        assert!(waiting.iter().all(Result::is_ok));
    }
}
