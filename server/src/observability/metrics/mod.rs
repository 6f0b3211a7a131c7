//! What is counted, for Prometheus.
//!
//! A request touches its thread's counters and histogram, by atomics alone. All else is the engine's numbers,
//! which are asked for when somebody reads the metrics.

mod engine;
mod outcome;
mod requests;
mod verdicts;

use latchkey_credentials::Engine;
use prometheus::{Encoder, Registry, TextEncoder};

pub(crate) use self::{outcome::Outcome, requests::RouteCounters};
use self::{requests::Requests, verdicts::Verdicts};

/// The metrics of one server. Clones count together.
#[derive(Clone)]
pub struct Metrics {
    engine: Engine,
    registry: Registry,
    requests: Requests,
}

impl Metrics {
    /// Begins to count, the verdicts of an engine among all else.
    ///
    /// # Errors
    /// A name that is none, or stands twice: a defect of ours.
    pub fn of(engine: &Engine) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let (requests, verdicts) = (Requests::new()?, Verdicts::new()?);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(verdicts.clone()))?;
        engine.watch_verdicts(move |took| verdicts.observe(took));
        Ok(Self { engine: engine.clone(), registry, requests })
    }

    /// This thread's counters of a route, by its pattern. To look them up is slow: once for each route is enough.
    pub(crate) fn of_route(&self, route: &str) -> RouteCounters {
        self.requests.of_route(route)
    }

    /// All metrics, in Prometheus' text format.
    ///
    /// # Errors
    /// A metric that cannot be written: a defect of ours.
    pub(crate) fn text(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        for registry in [&self.registry, &engine::registry(&self.engine.statistics())?] {
            TextEncoder::new().encode(&registry.gather(), &mut text)?;
        }
        Ok(text)
    }
}
