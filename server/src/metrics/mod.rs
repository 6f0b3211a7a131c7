//! What is counted, for Prometheus.
//!
//! A request touches its route's counters and the histogram of verdicts, by atomics alone. All else is the engine's numbers,
//! which are asked for when somebody reads the metrics.

mod engine;
mod listener;
mod outcome;
mod verdicts;

use latchkey_credentials::Engine;
use prometheus::{Encoder, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};

use self::verdicts::Verdicts;
pub(crate) use self::{listener::bind, outcome::Outcome};

/// The metrics of one server. Clones count together.
#[derive(Clone)]
pub struct Metrics {
    engine: Engine,
    registry: Registry,
    requests: IntCounterVec,
}

/// How many requests of a route have had which outcome.
#[derive(Clone)]
pub(crate) struct RouteCounters([IntCounter; Outcome::ALL.len()]);

impl RouteCounters {
    pub(crate) fn count(&self, outcome: Outcome) {
        self.0[outcome as usize].inc();
    }
}

impl Metrics {
    /// Begins to count, the verdicts of an engine among all else.
    ///
    /// # Errors
    /// A name that is none, or stands twice: a defect of ours.
    pub fn of(engine: &Engine) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("latchkey_requests_total", "Requests that were answered, by route and outcome."),
            &["route", "outcome"],
        )?;
        let verdicts = Verdicts::new()?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(verdicts.clone()))?;
        engine.watch_verdicts(move |took| verdicts.observe(took));
        Ok(Self { engine: engine.clone(), registry, requests })
    }

    /// The counters of a route, by its pattern. To look them up is slow: once for each route is enough.
    pub(crate) fn of_route(&self, route: &str) -> RouteCounters {
        RouteCounters(Outcome::ALL.map(|outcome| self.requests.with_label_values(&[route, outcome.name()])))
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
