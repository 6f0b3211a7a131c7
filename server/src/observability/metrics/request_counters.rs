//! How many requests were answered, with counters for each thread. They are added up when they are read.

use std::sync::Arc;

use latchkey_engine::per_thread_counter::{SLOTS, slot_of_this_thread};
use prometheus::{
    Error, IntCounter, IntCounterVec, Opts,
    core::{Collector, Desc},
    proto::{Counter, MetricFamily},
};

use super::request_outcome::RequestOutcome;

/// The counters of requests, by route and outcome. Clones share them.
#[derive(Clone)]
pub(super) struct RequestCounters(Arc<[IntCounterVec]>);

/// The counters of one route, by outcome.
pub(crate) struct RouteCounters([IntCounter; RequestOutcome::ALL.len()]);

impl RouteCounters {
    pub(crate) fn count(&self, outcome: RequestOutcome) {
        self.0[outcome as usize].inc();
    }
}

impl RequestCounters {
    pub(super) fn new() -> Result<Self, Error> {
        let options = || Opts::new("latchkey_requests_total", "Requests that were answered, by route and outcome.");
        let part = || IntCounterVec::new(options(), &["route", "outcome"]);
        (0..SLOTS).map(|_| part()).collect::<Result<Vec<_>, _>>().map(|parts| Self(parts.into()))
    }

    /// Returns this thread's counters of a route.
    pub(super) fn route_counters(&self, route: &str) -> RouteCounters {
        let part = &self.0[slot_of_this_thread()];
        RouteCounters(RequestOutcome::ALL.map(|outcome| part.with_label_values(&[route, outcome.name()])))
    }
}

impl Collector for RequestCounters {
    fn desc(&self) -> Vec<&Desc> {
        self.0.first().map(Collector::desc).unwrap_or_default()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut parts = self.0.iter().flat_map(Collector::collect);
        let Some(mut all) = parts.next() else { return Vec::new() };
        for metric in parts.flat_map(|mut part| part.take_metric()) {
            match all.mut_metric().iter_mut().find(|sum| sum.get_label() == metric.get_label()) {
                Some(sum) => {
                    let mut counter = Counter::default();
                    counter.set_value(sum.get_counter().get_value() + metric.get_counter().get_value());
                    sum.set_counter(counter);
                }
                None => all.mut_metric().push(metric),
            }
        }
        vec![all]
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn counters_of_all_threads_are_added_up_by_route_and_outcome() {
        let requests = RequestCounters::new().unwrap();
        requests.route_counters("/livez").count(RequestOutcome::Accepted);
        thread::scope(|scope| {
            for outcome in [RequestOutcome::Accepted, RequestOutcome::Accepted, RequestOutcome::Refused] {
                let requests = &requests;
                scope.spawn(move || requests.route_counters("/api/v1/ping").count(outcome));
            }
        });
        let families = requests.collect();
        let counted: Vec<_> = families[0]
            .get_metric()
            .iter()
            .map(|metric| {
                let [outcome, route] = metric.get_label() else { panic!("{metric:?}") };
                (route.value().to_owned(), outcome.value().to_owned(), metric.get_counter().get_value())
            })
            .filter(|(_, _, count)| *count > 0.0)
            .collect();
        assert_eq!(counted.len(), 3, "{counted:?}");
        for (route, outcome, count) in
            [("/livez", "accepted", 1.0), ("/api/v1/ping", "accepted", 2.0), ("/api/v1/ping", "refused", 1.0)]
        {
            assert!(counted.contains(&(route.to_owned(), outcome.to_owned(), count)), "{counted:?}");
        }
    }
}
