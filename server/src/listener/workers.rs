//! The threads that serve connections. Each has its own, from their beginning to their end: to hand a request that takes
//! microseconds to another thread, and wake that, would cost more than the request.

use std::{
    future::pending,
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    thread,
};

use axum::{Router, extract::connect_info::Connected};
use axum_server::{AddrListener, Address, Handle, Server};
use tokio::{
    net::TcpStream,
    runtime,
    sync::{Mutex, OwnedSemaphorePermit, mpsc, oneshot},
};

use super::{LARGEST_HEAD, Limits, connection::Connection, places::Placed};

/// Where a connection comes from.
#[derive(Debug, Clone)]
pub(super) struct Peer(SocketAddr);

impl Connected<Peer> for SocketAddr {
    fn connect_info(Peer(address): Peer) -> Self {
        address
    }
}

/// A thread, and how to give it connections.
pub(super) struct Worker {
    connections: mpsc::UnboundedSender<(Placed, Busy)>,
    busy: Busy,
    handle: Handle<Peer>,
    ended: oneshot::Receiver<io::Result<()>>,
    thread: Thread,
}

/// As many of it as a thread has connections, and one.
type Busy = Arc<()>;

impl Worker {
    /// Starts a thread that serves what it is given.
    pub(super) fn start(router: Router, limits: Limits) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (connections, given) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let (keep, mut kept) = oneshot::channel::<()>();
        let handle = Handle::new();
        let server = server(Given { connections: Mutex::new(given), limits }, limits, handle.clone());
        let serve = async move {
            tokio::select! {
                outcome = server.serve(router.into_make_service_with_connect_info::<SocketAddr>()) => {
                    let _ = end.send(outcome);
                    let _ = kept.await;
                }
                // Whoever started it is gone.
                _ = &mut kept => {}
            }
        };
        let thread = thread::Builder::new().name("connections".to_owned()).spawn(move || runtime.block_on(serve))?;
        let thread = Thread { keep: Some(keep), thread: Some(thread) };
        Ok(Self { connections, busy: Busy::default(), handle, ended, thread })
    }

    pub(super) fn load(&self) -> usize {
        Arc::strong_count(&self.busy)
    }

    pub(super) fn give(&self, connection: Placed) {
        // It is gone only after all connections are.
        let _ = self.connections.send((connection, self.busy.clone()));
    }

    /// Lets what is under way end, within the limits.
    pub(super) async fn end(self, limits: Limits) -> io::Result<Thread> {
        self.handle.graceful_shutdown(Some(limits.last_requests));
        self.ended.await.map_err(io::Error::other)??;
        Ok(self.thread)
    }
}

/// A thread that serves no more. What it has opened, such as a connection to a database, works until this is dropped.
pub struct Thread {
    keep: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.keep.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// HTTP/1.1 alone: one connection is one request at a time, so that a limit of connections is one of requests, and every
/// wait has its end.
fn server(given: Given, limits: Limits, handle: Handle<Peer>) -> Server<Peer> {
    let mut server =
        Server::from_listener(given).http1_only().handle(handle).first_request_timeout(limits.next_request);
    server.http_builder().http1().header_read_timeout(limits.next_request).max_buf_size(LARGEST_HEAD);
    server
}

/// The connections that a thread is given.
pub(super) struct Given {
    connections: Mutex<mpsc::UnboundedReceiver<(Placed, Busy)>>,
    limits: Limits,
}

type Served = Connection<TcpStream, (OwnedSemaphorePermit, Busy)>;

impl Address for Peer {
    type Stream = Served;
    type Listener = Given;
}

impl AddrListener<Served, Peer> for Given {
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(ErrorKind::Unsupported.into())
    }

    async fn accept_stream(&self) -> io::Result<(Served, Peer)> {
        match self.connections.lock().await.recv().await {
            Some((Placed { stream, peer, place }, busy)) => {
                let stream = TcpStream::from_std(stream)?;
                Ok((Connection::new(stream, self.limits.answer, (place, busy)), Peer(peer)))
            }
            // No more will come.
            None => pending().await,
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        Err(ErrorKind::Unsupported.into())
    }
}
