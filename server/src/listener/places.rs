use std::{
    io,
    net::{self, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustix::process::{Resource, getrlimit};
use tokio::{
    net::TcpListener,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};

/// More connections than a busy gateway keeps, with the memory that their requests may fill still small.
const MOST_CONNECTIONS: usize = 4096;

/// What the database, the log and the standard streams may have open.
const OTHER_FILES: u64 = 128;

/// How long to wait after a connection that could not be accepted: the reason, usually that the system has too many files
/// open, does not go away at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// How many connections the process may have open: with more, the database would find no descriptor.
pub(super) fn within_the_process() -> usize {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX).clamp(1, MOST_CONNECTIONS)
}

/// A connection, and the place that becomes free with its end.
pub(super) struct Placed {
    pub(super) stream: net::TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) place: OwnedSemaphorePermit,
}

/// Accepts as many connections at once as there are places. The operating system queues the rest.
pub(super) struct Places {
    listener: TcpListener,
    free: Arc<Semaphore>,
}

impl Places {
    pub(super) fn new(listener: TcpListener, connections: usize) -> Self {
        Self { listener, free: Arc::new(Semaphore::new(connections)) }
    }

    /// The next connection, once there is a place for it.
    pub(super) async fn accept(&self) -> Placed {
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

    async fn try_accept(&self) -> io::Result<Placed> {
        let place = Arc::clone(&self.free).acquire_owned().await.map_err(io::Error::other)?;
        let (stream, peer) = self.listener.accept().await?;
        // A connection that has ended already says so when it is read.
        let _ = stream.set_nodelay(true);
        Ok(Placed { stream: stream.into_std()?, peer, place })
    }
}
