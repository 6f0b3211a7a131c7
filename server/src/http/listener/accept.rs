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

/// How long to wait after a failed accept. The reason, usually that the system has too many files open, does not
/// disappear at once.
const RETRY_DELAY: Duration = Duration::from_millis(100);

/// How often connections are evicted while no permit is free.
const EVICTION_INTERVAL: Duration = Duration::from_millis(50);

/// A connection, with the permit that becomes free when it ends.
pub(super) struct AcceptedConnection {
    pub(super) stream: net::TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) activity: Arc<Activity>,
    pub(super) permit: OwnedSemaphorePermit,
}

/// Accepts connections up to a maximum. The operating system queues the others.
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

    /// Returns the next connection, once there is a permit for it.
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
        // If the connection has already ended, reading it will say so.
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
