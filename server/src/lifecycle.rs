//! How a server stops: first it reports that it is not ready, so that proxies send no new requests; then it stops.

use std::{io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::sleep,
};

/// The phases of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    /// It still serves, and reports that it is not ready.
    Draining,
    Stopping,
}

/// The current phase of a server.
#[derive(Debug, Clone)]
pub struct Lifecycle(watch::Receiver<Phase>);

impl Lifecycle {
    /// Returns the lifecycle of a server that is never stopped.
    #[must_use]
    pub fn never_stopping() -> Self {
        Self(watch::channel(Phase::Serving).1)
    }

    /// Returns a lifecycle that is controlled by signals. SIGTERM, which service managers send, starts a drain; after
    /// `drain` the server stops. SIGINT, which Ctrl-C sends, and a second signal of either kind stop it at once.
    ///
    /// # Errors
    /// The error of installing a signal handler.
    pub(crate) fn until_signal(drain: Duration) -> io::Result<Self> {
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let (sender, receiver) = watch::channel(Phase::Serving);
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {
                    sender.send_replace(Phase::Draining);
                    tokio::select! {
                        () = sleep(drain) => {}
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                }
            }
            sender.send_replace(Phase::Stopping);
        });
        Ok(Self(receiver))
    }

    /// Returns whether new requests are welcome.
    pub(crate) fn is_serving(&self) -> bool {
        *self.0.borrow() == Phase::Serving
    }

    /// Resolves when the server has to stop.
    pub(crate) async fn stopped(mut self) {
        if self.0.wait_for(|phase| *phase == Phase::Stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
