//! What is counted, for Prometheus.
//!
//! A request touches its thread's counters and histogram, by atomics alone. All else is the engine's numbers,
//! which are asked for when somebody reads the metrics.

mod engine_statistics;
mod request_counters;
mod request_outcome;
mod verification_durations;

use latchkey_credentials::Engine;
use prometheus::{Encoder, Registry, TextEncoder};

use self::{request_counters::RequestCounters, verification_durations::VerificationDurations};
pub(crate) use self::{request_counters::RouteCounters, request_outcome::RequestOutcome};

/// The metrics of one server. Clones count together.
#[derive(Clone)]
pub struct Metrics {
    engine: Engine,
    registry: Registry,
    requests: RequestCounters,
}

impl Metrics {
    /// Begins to count, the verdicts of an engine among all else.
    ///
    /// # Errors
    /// A name that is none, or stands twice: a defect of ours.
    pub fn new(engine: &Engine) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let (requests, verdicts) = (RequestCounters::new()?, VerificationDurations::new()?);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(verdicts.clone()))?;
        engine.watch_verdicts(move |took| verdicts.observe(took));
        Ok(Self { engine: engine.clone(), registry, requests })
    }

    /// This thread's counters of a route, by its pattern. To look them up is slow: once for each route is enough.
    pub(crate) fn route_counters(&self, route: &str) -> RouteCounters {
        self.requests.route_counters(route)
    }

    /// All metrics, in Prometheus' text format.
    ///
    /// # Errors
    /// A metric that cannot be written: a defect of ours.
    pub(crate) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        for registry in [&self.registry, &engine_statistics::registry(&self.engine.statistics())?] {
            TextEncoder::new().encode(&registry.gather(), &mut text)?;
        }
        Ok(text)
    }
}
