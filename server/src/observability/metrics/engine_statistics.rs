//! The engine's statistics as metrics. They are built when they are read, so nothing is counted twice, and no value
//! gets stale.

use latchkey_engine::Statistics;
use prometheus::{Error, Gauge, GaugeVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// Returns the metrics of an engine.
pub(super) fn registry(statistics: &Statistics) -> Result<Registry, Error> {
    let builder = RegistryBuilder(Registry::new());
    secrets(&builder, statistics)?;
    let help = "Access tokens that their clients have revoked.";
    builder.counter("latchkey_tokens_revoked_total", help, statistics.tokens_revoked)?;
    cluster(&builder, statistics)?;
    let connections = statistics.connections;
    let both = [("idle", connections.idle.into()), ("used", connections.used.into())];
    builder.gauges("latchkey_database_connections", "Open connections to the database.", "state", &both)?;
    let help = "The maximum number of open connections to the database.";
    builder.gauge("latchkey_database_connections_max", help, connections.max.into())?;
    let help = "1 while the database is known to be read-only, otherwise 0.";
    builder.gauge("latchkey_database_read_only", help, statistics.is_read_only.into())?;
    let build =
        GaugeVec::new(Opts::new("latchkey_build_info", "The version of the server; the value is 1."), &["version"])?;
    build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1.0);
    builder.0.register(Box::new(build))?;
    Ok(builder.0)
}

fn secrets(builder: &RegistryBuilder, statistics: &Statistics) -> Result<(), Error> {
    let results = [("hit", statistics.secrets_known), ("hash", statistics.secrets_hashed)];
    let help = "Presented secrets that were cached, and those that had to be hashed.";
    builder.counters("latchkey_secret_cache_total", help, "result", &results)?;
    let (secrets, passwords) = (statistics.secret_queue, statistics.password_queue);
    let waiting = [("secrets", number(secrets.waiting)), ("passwords", number(passwords.waiting))];
    builder.gauges("latchkey_hash_queue_waiting", "Secrets and passwords that wait to be hashed.", "of", &waiting)?;
    let refused = [("secrets", secrets.refused), ("passwords", passwords.refused)];
    let help = "Secrets and passwords that were not hashed because too many waited.";
    builder.counters("latchkey_hash_queue_refused_total", help, "of", &refused)
}

fn cluster(builder: &RegistryBuilder, statistics: &Statistics) -> Result<(), Error> {
    let cluster = statistics.cluster;
    let name = "latchkey_propagation_lag_seconds";
    let lag = Gauge::new(name, "The age of this node's latest proof that it is current, in seconds.")?;
    lag.set(cluster.lag.as_secs_f64());
    builder.0.register(Box::new(lag))?;
    let help = "The number of the last change that this node has applied.";
    builder.gauge("latchkey_propagation_applied", help, cluster.applied)?;
    let help = "How many changes this node had not yet applied when it last asked.";
    builder.gauge("latchkey_propagation_behind", help, cluster.behind)?;
    builder.gauge("latchkey_nodes", "How many nodes are alive, as far as this one knows.", number(cluster.nodes))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Adds metrics to a registry.
struct RegistryBuilder(Registry);

impl RegistryBuilder {
    fn gauge(&self, name: &str, help: &str, value: i64) -> Result<(), Error> {
        let gauge = IntGauge::new(name, help)?;
        gauge.set(value);
        self.0.register(Box::new(gauge))
    }

    fn gauges(&self, name: &str, help: &str, label: &str, values: &[(&str, i64)]) -> Result<(), Error> {
        let gauges = IntGaugeVec::new(Opts::new(name, help), &[label])?;
        for (of, value) in values {
            gauges.with_label_values(&[of]).set(*value);
        }
        self.0.register(Box::new(gauges))
    }

    fn counter(&self, name: &str, help: &str, total: u64) -> Result<(), Error> {
        let counter = IntCounter::new(name, help)?;
        counter.inc_by(total);
        self.0.register(Box::new(counter))
    }

    fn counters(&self, name: &str, help: &str, label: &str, totals: &[(&str, u64)]) -> Result<(), Error> {
        let counters = IntCounterVec::new(Opts::new(name, help), &[label])?;
        for (of, total) in totals {
            counters.with_label_values(&[of]).inc_by(*total);
        }
        self.0.register(Box::new(counters))
    }
}
