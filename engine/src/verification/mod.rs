//! Whether a presented credential is accepted: an API key's secret, a client's secret, or an access token.

mod access_token;
mod audience;
mod claims;
mod counters;
mod secret;
mod validate;
mod verified;
mod verified_tokens;
mod verify;
mod verify_error;

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

pub(crate) use audience::AcceptedAudiences;
pub use audience::{Audience, Audiences, InvalidAudience};
pub(crate) use claims::Claims;
use latchkey_model::id::MemberId;
use latchkey_store::{Store, TRACES};
use tracing::{Instrument, debug_span};
pub use validate::ValidateError;
pub use verified::Verified;
pub use verify_error::VerifyError;

use self::{counters::Counters, verified_tokens::VerifiedTokens};
use crate::{
    call_writes::CallWrites,
    concurrency::Queue,
    crypto::{hashing::Hasher, keyed_digest::ProcessKey},
    key_cache::KeyCache,
    random::Random,
    rate_limit::RateLimiter,
    signing::SigningKeys,
    time::Clock,
    usage::Usage,
};

/// What [`Verification`] works with.
pub(crate) struct VerificationParts {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) key_cache: Arc<KeyCache>,
    pub(crate) usage: Arc<Usage>,
    pub(crate) signing_keys: Arc<SigningKeys>,
    pub(crate) call_writes: Arc<CallWrites>,
    pub(crate) secrets: Arc<Hasher>,
    pub(crate) issuer: String,
    pub(crate) audiences: Audiences,
}

/// Verifies presented credentials.
pub struct Verification {
    parts: VerificationParts,
    process_key: ProcessKey,
    verified_tokens: VerifiedTokens,
    validations: RateLimiter<MemberId>,
    counters: Counters,
}

impl Verification {
    pub(crate) fn new(parts: VerificationParts, random: &dyn Random) -> Self {
        Self {
            parts,
            process_key: ProcessKey::new(random),
            verified_tokens: VerifiedTokens::new(random),
            validations: RateLimiter::new(30, Duration::from_secs(2)),
            counters: Counters::default(),
        }
    }

    /// Returns the resources that access tokens can be for.
    #[must_use]
    pub fn audiences(&self) -> &Audiences {
        &self.parts.audiences
    }

    /// Calls `observer` with the duration of each verdict on a presented credential, accepted or not, from now on. It runs on the
    /// path of every call, so it must neither wait nor allocate. Only the first observer is kept.
    pub fn observe_verdicts(&self, observer: impl Fn(Duration) + Send + Sync + 'static) {
        self.counters.set_observer(observer);
    }

    /// Awaits a verdict and reports how long it took.
    pub(crate) async fn timed<T>(&self, verdict: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let verdict = pin!(verdict).instrument(debug_span!(target: TRACES, "verdict")).await;
        self.counters.observe(begin.elapsed());
        verdict
    }

    /// Returns how many presented secrets were known by their digest, since the start.
    pub(crate) fn known_secret_count(&self) -> u64 {
        self.counters.known.sum()
    }

    /// Returns how many presented secrets were hashed, since the start.
    pub(crate) fn hashed_secret_count(&self) -> u64 {
        self.counters.hashed()
    }

    /// Returns how many hashes of secrets have run since the start. A secret that was verified before needs none.
    pub(crate) fn secret_hash_count(&self) -> u64 {
        self.parts.secrets.runs()
    }

    /// Returns the queue of secret hashes.
    pub(crate) fn secret_queue(&self) -> Queue {
        self.parts.secrets.queue()
    }

    /// Refuses all hashes until the result is dropped.
    #[cfg(test)]
    pub(crate) fn fill_secret_queue(&self) -> tokio::sync::OwnedSemaphorePermit {
        self.parts.secrets.fill()
    }

    /// Removes rate-limited keys that are at rest, so that memory stays bounded.
    pub(crate) fn purge_rate_limits(&self) {
        self.validations.purge();
    }
}
