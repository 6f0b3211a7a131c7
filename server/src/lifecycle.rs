//! How a server ends: first it says that it is not ready, so that proxies send nothing new; then it stops.

use std::{io, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::sleep,
};

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    /// It serves on, and says that it is not ready.
    Draining,
    Stopping,
}

/// The phase that a server is in.
#[derive(Debug, Clone)]
pub struct Lifecycle(watch::Receiver<Phase>);

impl Lifecycle {
    /// Of a server that nobody stops.
    #[must_use]
    pub fn never_stopping() -> Self {
        Self(watch::channel(Phase::Serving).1)
    }

    /// Of a server that drains for a while at SIGTERM, which service managers send, and then stops; that stops at once at
    /// SIGINT, which Ctrl-C sends, and at the second signal of either kind.
    ///
    /// # Errors
    /// Whatever keeps signals from being heard.
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

    /// Whether new requests are welcome.
    pub(crate) fn is_serving(&self) -> bool {
        *self.0.borrow() == Phase::Serving
    }

    /// Resolves when the server is to stop.
    pub(crate) async fn stopped(mut self) {
        if self.0.wait_for(|phase| *phase == Phase::Stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
