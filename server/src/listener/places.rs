use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum_server::{AddrListener, Address};
use rustix::process::{Resource, getrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use super::{Limits, connection::Connection};

/// More connections than a busy gateway keeps, with the memory that their requests may fill still small.
const MOST_CONNECTIONS: usize = 4096;

/// What the database, the log and the standard streams may have open.
const OTHER_FILES: u64 = 128;

/// How many connections the process may have open: with more, the database would find no descriptor.
pub(super) fn within_the_process() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX).clamp(1, MOST_CONNECTIONS)
}

/// Where a connection comes from.
#[derive(Debug, Clone)]
pub(super) struct Peer(pub(super) SocketAddr);

/// A listener that accepts as many connections at once as there are places. The operating system queues the rest.
pub(super) struct Places {
    listener: TcpListener,
    free: Arc<Semaphore>,
    answer: Duration,
}

impl Places {
    pub(super) fn new(listener: TcpListener, limits: Limits) -> Self {
        let free = Arc::new(Semaphore::new(limits.connections));
        Self { listener, free, answer: limits.answer }
    }
}

/// A connection, and the place that becomes free with its end.
pub(super) type Placed = Connection<TcpStream, OwnedSemaphorePermit>;

impl Address for Peer {
    type Stream = Placed;
    type Listener = Places;
}

impl AddrListener<Placed, Peer> for Places {
    async fn bind_to(Peer(address): Peer) -> io::Result<Self> {
        Ok(Self::new(TcpListener::bind(address).await?, Limits::default()))
    }

    async fn accept_stream(&self) -> io::Result<(Placed, Peer)> {
        let place = Arc::clone(&self.free).acquire_owned().await.map_err(io::Error::other)?;
        let (stream, address) = self.listener.accept().await?;
        // A connection that has ended already says so when it is read.
        let _ = stream.set_nodelay(true);
        Ok((Connection::new(stream, self.answer, place), Peer(address)))
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.listener.local_addr().map(Peer)
    }
}
