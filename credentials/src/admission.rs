//! Work that is bounded: so much at a time, so much waiting, and no more.

use std::{sync::Arc, time::Duration};

use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
}

/// The place of work that is under way; it is free again when this is dropped.
pub(crate) struct Place {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl Admission {
    pub(crate) fn new(at_a_time: usize, waiting: usize) -> Self {
        Self { running: Arc::new(Semaphore::new(at_a_time)), admitted: Arc::new(Semaphore::new(at_a_time + waiting)) }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// [`Overloaded`] if too much waits already.
    pub(crate) async fn enter(&self) -> Result<Place, Overloaded> {
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| OVERLOADED)?;
        let running = self.running.clone().acquire_owned().await.map_err(|_| OVERLOADED)?;
        Ok(Place { _running: running, _admitted: admitted })
    }

    /// Admits nothing for as long as the result is held.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> OwnedSemaphorePermit {
        let all = u32::try_from(self.admitted.available_permits()).unwrap();
        self.admitted.clone().try_acquire_many_owned(all).unwrap()
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
        assert_eq!(admission.enter().await.err(), Some(OVERLOADED));
        drop(first);
        third.await.unwrap();
    }
}
