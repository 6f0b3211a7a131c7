use std::{future::Future, io, net::SocketAddr, num::NonZero, sync::Arc, thread};

use axum::Router;
use futures_util::future::try_join_all;
use tokio::net::{TcpListener, TcpSocket};

use super::{
    accept::Acceptor,
    limits::{Limits, ListenerContext},
    workers::{Worker, WorkerThread},
};

/// How many connections the operating system may queue for the listener; it uses the smaller of this and its own
/// setting (`net.core.somaxconn` on Linux). A client that meets a full queue is not refused but tries again after 1, 3
/// and 7 seconds. The standard library's value is 128, which a single peer can fill.
const LISTEN_BACKLOG: u32 = 4096;

/// Returns a listener on `address`.
///
/// # Errors
///
/// The error of the operating system, such as that the address is in use.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restarted server does not have to wait until the old connections are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(LISTEN_BACKLOG)
}

/// Serves connections until `stop`, then lets requests in progress finish. Responses are small and are sent at once,
/// without Nagle's delay. There is one thread for each core; each serves its share of the connections with its own
/// router.
///
/// # Errors
///
/// An error that keeps a thread from starting, or that ends one early.
pub async fn serve(
    listener: TcpListener,
    router: impl Fn() -> Router,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Vec<WorkerThread>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    serve_on(cores, listener, router, limits, stop).await
}

/// Serves on the given number of threads.
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
) -> io::Result<Vec<WorkerThread>> {
    let context = Arc::new(ListenerContext::new(limits));
    let start = |_| Worker::start(router(), Arc::clone(&context));
    let workers = (0..threads).map(start).collect::<io::Result<Vec<_>>>()?;
    tokio::select! {
        () = stop => {}
        () = distribute(Acceptor::new(listener, limits.max_connections), &workers) => {}
    }
    try_join_all(workers.into_iter().map(Worker::end)).await
}

/// Gives each connection to the thread that has the fewest.
async fn distribute(mut places: Acceptor, workers: &[Worker]) {
    loop {
        let connection = places.accept().await;
        if let Some(worker) = workers.iter().min_by_key(|worker| worker.load()) {
            worker.assign(connection);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
