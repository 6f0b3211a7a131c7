//! Metrics for Prometheus.
//!
//! A request only updates its thread's counters and histogram, with atomic operations. All other metrics are the
//! engine's statistics, which are read when Prometheus scrapes.

mod engine_statistics;
mod request_counters;
mod request_outcome;
mod verification_durations;

use latchkey_engine::Engine;
use prometheus::{Encoder, Registry, TextEncoder};

use self::{request_counters::RequestCounters, verification_durations::VerificationDurations};
pub(crate) use self::{request_counters::RouteCounters, request_outcome::RequestOutcome};

/// The metrics of one server. Clones share all counters.
#[derive(Clone)]
pub struct Metrics {
    engine: Engine,
    registry: Registry,
    requests: RequestCounters,
}

impl Metrics {
    /// Starts to count, and to observe the engine's verifications.
    ///
    /// # Errors
    /// A metric's name is invalid or used twice, which is a defect.
    pub fn new(engine: &Engine) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let (requests, verdicts) = (RequestCounters::new()?, VerificationDurations::new()?);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(verdicts.clone()))?;
        engine.verification.observe_verdicts(move |took| verdicts.observe(took));
        Ok(Self { engine: engine.clone(), registry, requests })
    }

    /// Returns this thread's counters of a route, by its pattern. This lookup is slow; call it once for each route.
    pub(crate) fn route_counters(&self, route: &str) -> RouteCounters {
        self.requests.route_counters(route)
    }

    /// Returns all metrics in Prometheus' text format.
    ///
    /// # Errors
    /// A metric that cannot be encoded, which is a defect.
    pub(crate) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        for registry in [&self.registry, &engine_statistics::registry(&self.engine.statistics())?] {
            TextEncoder::new().encode(&registry.gather(), &mut text)?;
        }
        Ok(text)
    }
}
