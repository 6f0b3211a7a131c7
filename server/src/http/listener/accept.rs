use std::{
    io,
    net::{self, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{activity::Activity, eviction::OpenConnections};

/// How long to wait after a connection that could not be accepted: the reason, usually that the system has too many files
/// open, does not go away at once.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// How often room is made while all places are taken.
const EVICTION_INTERVAL: Duration = Duration::from_millis(50);

/// A connection, and the place that becomes free with its end.
pub(super) struct AcceptedConnection {
    pub(super) stream: net::TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) activity: Arc<Activity>,
    pub(super) permit: OwnedSemaphorePermit,
}

/// Accepts as many connections at once as there are places. The operating system queues the rest.
pub(super) struct Acceptor {
    listener: TcpListener,
    max_connections: usize,
    permits: Arc<Semaphore>,
    open_connections: OpenConnections,
}

impl Acceptor {
    pub(super) fn new(listener: TcpListener, connections: usize) -> Self {
        let permits = Arc::new(Semaphore::new(connections));
        Self { listener, max_connections: connections, permits, open_connections: OpenConnections::new(connections) }
    }

    /// The next connection, once there is a place for it.
    pub(super) async fn accept(&mut self) -> AcceptedConnection {
        loop {
            match self.try_accept().await {
                Ok(placed) => return placed,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                    sleep(RETRY_DELAY).await;
                }
            }
        }
    }

    async fn try_accept(&mut self) -> io::Result<AcceptedConnection> {
        let permit = self.acquire_permit().await?;
        let (stream, peer) = self.listener.accept().await?;
        // A connection that has ended already says so when it is read.
        let _ = stream.set_nodelay(true);
        let activity = Arc::new(Activity::new(peer.ip()));
        self.open_connections.insert(&activity);
        self.evict();
        Ok(AcceptedConnection { stream: stream.into_std()?, peer, activity, permit })
    }

    async fn acquire_permit(&mut self) -> io::Result<OwnedSemaphorePermit> {
        loop {
            if let Ok(permit) = timeout(EVICTION_INTERVAL, Arc::clone(&self.permits).acquire_owned()).await {
                return permit.map_err(io::Error::other);
            }
            self.evict();
        }
    }

    fn evict(&mut self) {
        self.open_connections.evict(self.max_connections - self.permits.available_permits());
    }
}
