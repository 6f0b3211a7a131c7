//! Refusals, paced: a flood of wrong credentials must not take the processor from good ones.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::sleep;

/// How many refusals a second are told at once: more than callers with an old credential need.
const IMMEDIATE_PER_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// How long each one beyond them waits. It holds its connection for that long, and costs nothing meanwhile.
const DELAY: Duration = Duration::from_millis(250);

/// Counts refusals, of all callers together: behind a gateway they share an address. Good credentials never wait. Clones count together.
#[derive(Clone)]
pub struct RefusalLimiter(Arc<DefaultDirectRateLimiter>);

impl Default for RefusalLimiter {
    fn default() -> Self {
        Self(Arc::new(RateLimiter::direct(Quota::per_second(IMMEDIATE_PER_SECOND))))
    }
}

impl RefusalLimiter {
    /// Waits before a refusal is told, if there are many.
    pub(crate) async fn delay(&self) {
        if self.0.check().is_err() {
            sleep(DELAY).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    /// Each thread that serves has a clone: a flood must not have a share of its own on each.
    #[tokio::test(start_paused = true)]
    async fn clones_count_together() {
        let refusals = RefusalLimiter::default();
        for _ in 0..IMMEDIATE_PER_SECOND.get() {
            refusals.delay().await;
        }
        let other = refusals.clone();
        let begin = Instant::now();
        for _ in 0..IMMEDIATE_PER_SECOND.get() / 2 {
            other.delay().await;
        }
        assert!(begin.elapsed() >= DELAY, "the clone had none left either");
    }
}
