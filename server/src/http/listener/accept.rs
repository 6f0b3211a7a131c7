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

use super::{activity::Activity, eviction::Crowd};

/// How long to wait after a connection that could not be accepted: the reason, usually that the system has too many files
/// open, does not go away at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// How often room is made while all places are taken.
const WHILE_FULL: Duration = Duration::from_millis(50);

/// A connection, and the place that becomes free with its end.
pub(super) struct Placed {
    pub(super) stream: net::TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) activity: Arc<Activity>,
    pub(super) place: OwnedSemaphorePermit,
}

/// Accepts as many connections at once as there are places. The operating system queues the rest.
pub(super) struct Places {
    listener: TcpListener,
    all: usize,
    free: Arc<Semaphore>,
    crowd: Crowd,
}

impl Places {
    pub(super) fn new(listener: TcpListener, connections: usize) -> Self {
        let free = Arc::new(Semaphore::new(connections));
        Self { listener, all: connections, free, crowd: Crowd::new(connections) }
    }

    /// The next connection, once there is a place for it.
    pub(super) async fn accept(&mut self) -> Placed {
        loop {
            match self.try_accept().await {
                Ok(placed) => return placed,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                    sleep(AFTER_FAILURE).await;
                }
            }
        }
    }

    async fn try_accept(&mut self) -> io::Result<Placed> {
        let place = self.free_place().await?;
        let (stream, peer) = self.listener.accept().await?;
        // A connection that has ended already says so when it is read.
        let _ = stream.set_nodelay(true);
        let activity = Arc::new(Activity::new(peer.ip()));
        self.crowd.admit(&activity);
        self.make_room();
        Ok(Placed { stream: stream.into_std()?, peer, activity, place })
    }

    async fn free_place(&mut self) -> io::Result<OwnedSemaphorePermit> {
        loop {
            if let Ok(place) = timeout(WHILE_FULL, Arc::clone(&self.free).acquire_owned()).await {
                return place.map_err(io::Error::other);
            }
            self.make_room();
        }
    }

    fn make_room(&mut self) {
        self.crowd.make_room(self.all - self.free.available_permits());
    }
}
