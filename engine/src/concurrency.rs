//! Limits on how much work runs at a time and how much waits.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many tasks may wait per running one.
const QUEUE_PER_TASK: usize = 32;

/// Too much work is waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too much of this is under way")]
pub struct Overloaded {
    /// When another attempt makes sense.
    pub retry_after: Duration,
}

pub(crate) const OVERLOADED: Overloaded = Overloaded { retry_after: Duration::from_secs(1) };

/// Limits how much work of one kind runs at a time. Work starts in the order in which it arrives.
pub(crate) struct ConcurrencyLimit {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    at_a_time: usize,
    waiting: usize,
    refused: AtomicU64,
}

/// The state of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// How much work is waiting.
    pub waiting: usize,
    /// How much was refused since the start because too much was waiting.
    pub refused: u64,
}

/// Permission to run. Dropping it lets the next work start.
pub(crate) struct Permit {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl ConcurrencyLimit {
    pub(crate) fn new(at_a_time: usize, waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(at_a_time)),
            admitted: Arc::new(Semaphore::new(at_a_time + waiting)),
            at_a_time,
            waiting,
            refused: AtomicU64::new(0),
        }
    }

    /// Waits for permission to run.
    ///
    /// # Errors
    /// [`Overloaded`] if too much waits already.
    pub(crate) async fn acquire(&self) -> Result<Permit, Overloaded> {
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|_| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            OVERLOADED
        })?;
        let running = self.running.clone().acquire_owned().await.map_err(|_| OVERLOADED)?;
        Ok(Permit { _running: running, _admitted: admitted })
    }

    /// Returns how much waits, and how much was refused so far.
    pub(crate) fn queue(&self) -> Queue {
        let admitted = (self.at_a_time + self.waiting).saturating_sub(self.admitted.available_permits());
        let running = self.at_a_time.saturating_sub(self.running.available_permits());
        Queue { waiting: admitted.saturating_sub(running), refused: self.refused.load(Ordering::Relaxed) }
    }

    /// Refuses all work until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> OwnedSemaphorePermit {
        let all = u32::try_from(self.admitted.available_permits()).unwrap();
        self.admitted.clone().try_acquire_many_owned(all).unwrap()
    }
}

/// Runs CPU-bound work off the async workers, by default on at most half of the cores.
pub(crate) struct CpuPool {
    limit: ConcurrencyLimit,
    runs: AtomicU64,
}

impl Default for CpuPool {
    fn default() -> Self {
        Self::on_one_core_in(2)
    }
}

impl CpuPool {
    /// Returns a pool that uses one in `cores` cores, and at least one.
    pub(crate) fn on_one_core_in(cores: usize) -> Self {
        let at_a_time = std::thread::available_parallelism().map_or(1, |all| all.get().div_ceil(cores));
        Self { limit: ConcurrencyLimit::new(at_a_time, at_a_time * QUEUE_PER_TASK), runs: AtomicU64::new(0) }
    }

    /// Runs work on a thread where it delays no request.
    ///
    /// # Errors
    /// [`Overloaded`] if too much waits already.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Overloaded> {
        let permit = self.limit.acquire().await?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        // The permit moves into the thread: work that goes on keeps it, even if the caller has gone away.
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_| OVERLOADED)
    }

    /// Returns how much work has been started.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Returns how much waits, and how much was refused so far.
    pub(crate) fn queue(&self) -> Queue {
        self.limit.queue()
    }

    /// Refuses all work until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill(&self) -> OwnedSemaphorePermit {
        self.limit.fill()
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, task::Poll};

    use super::*;

    #[tokio::test]
    async fn work_beyond_the_limits_is_refused() {
        let limit = ConcurrencyLimit::new(2, 1);
        let (first, _second) = (limit.acquire().await.unwrap(), limit.acquire().await.unwrap());
        let mut third = pin!(limit.acquire());
        let waits = poll_fn(|context| Poll::Ready(third.as_mut().poll(context).is_pending())).await;
        assert!(waits, "two permits and no more");
        assert_eq!(limit.queue(), Queue { waiting: 1, refused: 0 });
        assert_eq!(limit.acquire().await.err(), Some(OVERLOADED));
        assert_eq!(limit.queue(), Queue { waiting: 1, refused: 1 });
        drop(first);
        third.await.unwrap();
        assert_eq!(limit.queue(), Queue { waiting: 0, refused: 1 });
    }

    #[tokio::test]
    async fn work_runs_on_another_thread_and_is_counted() {
        let pool = CpuPool::default();
        let thread = pool.run(|| std::thread::current().id()).await.unwrap();
        assert_ne!(thread, std::thread::current().id());
        let all_permits = pool.fill();
        assert_eq!(pool.run(|| ()).await, Err(OVERLOADED));
        drop(all_permits);
        pool.run(|| ()).await.unwrap();
        assert_eq!(pool.runs(), 2);
    }
}
