//! Delays refusals during a flood of wrong credentials, so that it does not use up the processor.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::sleep;

/// How many refusals a second are sent at once: more than callers with an outdated credential cause.
const IMMEDIATE_PER_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// How long each further refusal is delayed. It holds its connection that long, and costs nothing else.
const DELAY: Duration = Duration::from_millis(250);

/// Counts the refusals of all callers together, because behind a gateway they share an address. Accepted credentials
/// are never delayed. Clones share the count.
#[derive(Clone)]
pub struct RefusalLimiter(Arc<DefaultDirectRateLimiter>);

impl Default for RefusalLimiter {
    fn default() -> Self {
        Self(Arc::new(RateLimiter::direct(Quota::per_second(IMMEDIATE_PER_SECOND))))
    }
}

impl RefusalLimiter {
    /// Delays a refusal, if there are many.
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

    /// Each serving thread has a clone, and the limit must hold for all of them together.
    #[tokio::test(start_paused = true)]
    async fn clones_share_the_limit() {
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
