//! How long verifications take, in a histogram for each thread. They are added up when they are read.

use std::{sync::Arc, time::Duration};

use latchkey_engine::per_thread_counter::{SLOTS, slot_of_this_thread};
use prometheus::{
    Error, Histogram, HistogramOpts,
    core::{Collector, Desc},
    proto::{self, MetricFamily},
};

/// From a cached credential, which takes microseconds, to one that waits for the database, in seconds.
const DURATIONS: [f64; 19] = [
    1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
    1.0,
];

/// The durations of verifications. Clones share the histograms.
#[derive(Clone)]
pub(super) struct VerificationDurations(Arc<[Histogram]>);

impl VerificationDurations {
    pub(super) fn new() -> Result<Self, Error> {
        let name = "latchkey_verification_duration_seconds";
        let help = "How long the verification of a presented credential took, in seconds.";
        let part = || Histogram::with_opts(HistogramOpts::new(name, help).buckets(DURATIONS.to_vec()));
        (0..SLOTS).map(|_| part()).collect::<Result<Vec<_>, _>>().map(|parts| Self(parts.into()))
    }

    /// Adds a duration. This takes no lock and allocates nothing.
    pub(super) fn observe(&self, took: Duration) {
        self.0[slot_of_this_thread()].observe(took.as_secs_f64());
    }
}

impl Collector for VerificationDurations {
    fn desc(&self) -> Vec<&Desc> {
        self.0.first().map(Collector::desc).unwrap_or_default()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let mut parts = self.0.iter().flat_map(Collector::collect);
        let Some(mut all) = parts.next() else { return Vec::new() };
        for part in parts {
            for (sum, metric) in all.mut_metric().iter_mut().zip(part.get_metric()) {
                let added = added(sum.get_histogram(), metric.get_histogram());
                sum.set_histogram(added);
            }
        }
        vec![all]
    }
}

/// Returns the sum of two histograms with the same buckets.
fn added(one: &proto::Histogram, other: &proto::Histogram) -> proto::Histogram {
    let mut sum = proto::Histogram::default();
    sum.set_sample_count(one.get_sample_count() + other.get_sample_count());
    sum.set_sample_sum(one.get_sample_sum() + other.get_sample_sum());
    let buckets = one.get_bucket().iter().zip(other.get_bucket()).map(|(one, other)| {
        let mut bucket = proto::Bucket::default();
        bucket.set_upper_bound(one.upper_bound());
        bucket.set_cumulative_count(one.cumulative_count() + other.cumulative_count());
        bucket
    });
    sum.set_bucket(buckets.collect());
    sum
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn read(verdicts: &VerificationDurations) -> proto::Histogram {
        verdicts.collect()[0].get_metric()[0].get_histogram().clone()
    }

    #[test]
    fn histograms_of_all_threads_are_added_up() {
        let verdicts = VerificationDurations::new().unwrap();
        thread::scope(|scope| {
            for microseconds in [3, 3, 30] {
                let verdicts = verdicts.clone();
                scope.spawn(move || verdicts.observe(Duration::from_micros(microseconds)));
            }
        });
        verdicts.observe(Duration::from_secs(2));
        let all = read(&verdicts);
        assert_eq!(all.get_sample_count(), 4);
        assert!((all.get_sample_sum() - 2.000_036).abs() < 1e-9);
        let below = |bound: f64| {
            let bucket = all.get_bucket().iter().find(|bucket| (bucket.upper_bound() - bound).abs() < 1e-9);
            bucket.unwrap().cumulative_count()
        };
        assert_eq!([2.5e-6, 5e-6, 2.5e-5, 5e-5, 1.0].map(below), [0, 2, 2, 3, 3]);
    }
}
