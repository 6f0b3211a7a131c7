//! Work that is bounded: so much at a time, so much waiting, and no more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many may wait for each that computes.
const QUEUE_FOR_EACH: usize = 32;

/// Too much waits already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too much of this is under way")]
pub struct Overloaded {
    /// When it is worth another attempt.
    pub retry_after: Duration,
}

pub(crate) const OVERLOADED: Overloaded = Overloaded { retry_after: Duration::from_secs(1) };

/// Admits work of one kind, in the order in which it comes.
pub(crate) struct Admission {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    at_a_time: usize,
    waiting: usize,
    refused: AtomicU64,
}

/// A queue for work, at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// How much work waits for its turn.
    pub waiting: usize,
    /// How much has been refused since the start, because too much waited already.
    pub refused: u64,
}

/// The place of work that is under way; it is free again when this is dropped.
pub(crate) struct Place {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl Admission {
    pub(crate) fn new(at_a_time: usize, waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(at_a_time)),
            admitted: Arc::new(Semaphore::new(at_a_time + waiting)),
            at_a_time,
            waiting,
            refused: AtomicU64::new(0),
        }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// [`Overloaded`] if too much waits already.
    pub(crate) async fn enter(&self) -> Result<Place, Overloaded> {
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            OVERLOADED
        })?;
        let running = self.running.clone().acquire_owned().await.map_err(|_| OVERLOADED)?;
        Ok(Place { _running: running, _admitted: admitted })
    }

    /// What waits now, and what has been refused so far.
    pub(crate) fn queue(&self) -> Queue {
        let admitted = (self.at_a_time + self.waiting).saturating_sub(self.admitted.available_permits());
        let running = self.at_a_time.saturating_sub(self.running.available_permits());
        Queue { waiting: admitted.saturating_sub(running), refused: self.refused.load(Ordering::Relaxed) }
    }

    /// Admits nothing for as long as the result is held.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> OwnedSemaphorePermit {
        let all = u32::try_from(self.admitted.available_permits()).unwrap();
        self.admitted.clone().try_acquire_many_owned(all).unwrap()
    }
}

/// Work of one kind that takes a processor's time: off the async workers, by default on half of the cores at the most.
pub(crate) struct Computing {
    admission: Admission,
    runs: AtomicU64,
}

impl Default for Computing {
    fn default() -> Self {
        Self::on_one_core_in(2)
    }
}

impl Computing {
    /// Computes on one in so many cores, and on one at least.
    pub(crate) fn on_one_core_in(cores: usize) -> Self {
        let at_a_time = std::thread::available_parallelism().map_or(1, |all| all.get().div_ceil(cores));
        Self { admission: Admission::new(at_a_time, at_a_time * QUEUE_FOR_EACH), runs: AtomicU64::new(0) }
    }

    /// Does the work on a thread where it holds no request up.
    ///
    /// # Errors
    /// [`Overloaded`] if too much waits already.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let place = self.admission.enter().await?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        // The place moves into the thread: a caller that goes away must not free that of work that goes on.
        tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        })
        .await
        .map_err(|_| OVERLOADED)
    }

    /// How much work has been begun.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// What waits now, and what has been refused so far.
    pub(crate) fn queue(&self) -> Queue {
        self.admission.queue()
    }

    /// Admits nothing for as long as the result is held.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> OwnedSemaphorePermit {
        self.admission.fill()
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, task::Poll};

    use super::*;

    #[tokio::test]
    async fn so_much_runs_so_much_waits_and_the_rest_is_refused() {
        let admission = Admission::new(2, 1);
        let (first, _second) = (admission.enter().await.unwrap(), admission.enter().await.unwrap());
        let mut third = pin!(admission.enter());
        let waits = poll_fn(|context| Poll::Ready(third.as_mut().poll(context).is_pending())).await;
        assert!(waits, "two places and no more");
        assert_eq!(admission.queue(), Queue { waiting: 1, refused: 0 });
        assert_eq!(admission.enter().await.err(), Some(OVERLOADED));
        assert_eq!(admission.queue(), Queue { waiting: 1, refused: 1 });
        drop(first);
        third.await.unwrap();
        assert_eq!(admission.queue(), Queue { waiting: 0, refused: 1 });
    }

    #[tokio::test]
    async fn what_computes_runs_beside_the_requests_and_is_counted() {
        let computing = Computing::default();
        let thread = computing.run(|| std::thread::current().id()).await.unwrap();
        assert_ne!(thread, std::thread::current().id());
        let all_places = computing.fill();
        assert_eq!(computing.run(|| ()).await, Err(OVERLOADED));
        drop(all_places);
        computing.run(|| ()).await.unwrap();
        assert_eq!(computing.runs(), 2);
    }
}
