//! The connections: how many there may be, how long one may take before it is cut off, and how they end.

mod connection;
mod places;
mod workers;

use std::{future::Future, io, num::NonZero, thread, time::Duration};

use axum::Router;
use futures_util::future::try_join_all;
use tokio::net::TcpListener;

pub use self::workers::Thread;
use self::{places::Places, workers::Worker};

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
            last_requests: Duration::from_secs(6),
        }
    }
}

/// The largest head of a request, in bytes: more is answered with 431 (RFC 6585 §5).
const LARGEST_HEAD: usize = 32 * 1024;

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
    let workers = (0..threads).map(|_| Worker::start(router(), limits)).collect::<io::Result<Vec<_>>>()?;
    tokio::select! {
        () = stop => {}
        () = deal(Places::new(listener, limits.connections), &workers) => {}
    }
    try_join_all(workers.into_iter().map(|worker| worker.end(limits))).await
}

/// Gives each connection to the thread that has the fewest.
async fn deal(places: Places, workers: &[Worker]) {
    loop {
        let connection = places.accept().await;
        if let Some(worker) = workers.iter().min_by_key(|worker| worker.load()) {
            worker.give(connection);
        }
    }
}
