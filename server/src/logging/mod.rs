//! The log: to standard error, so that standard output holds only what the operator asked for.

mod json;

use std::{env, io};

use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::json::Json;
use crate::{settings::LogFormat, traces::Traces};
use latchkey_credentials::TRACES;

/// PostgreSQL would notice at each start, and with each command, that the schema is there already.
const BY_DEFAULT: &str = "info,sqlx::postgres::notice=warn";

/// What is logged by no level. The spans of traces are not for the log; what sends them would tell, at the finest levels, the
/// headers that it sends, by which the collector knows us; and sqlx tells the values of URL parameters that it does not know, one of
/// which may be a misspelt password.
const NEVER_LOGGED: [(&str, LevelFilter); 4] = [
    (TRACES, LevelFilter::OFF),
    ("ureq", LevelFilter::WARN),
    ("ureq_proto", LevelFilter::WARN),
    ("sqlx_postgres::options", LevelFilter::ERROR),
];

/// Starts the log at the level of `LATCHKEY_LOG`, or `info`, and the traces, if there are to be any.
pub(crate) fn start(format: LogFormat, traces: Option<&Traces>) {
    let log = fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Text => install(log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())), traces),
        LogFormat::Json => {
            install(log.with_ansi(false).fmt_fields(JsonFields::new()).event_format(Json::default()), traces);
        }
    }
}

fn install(log: impl Layer<Registry> + Send + Sync, traces: Option<&Traces>) {
    let filter = filter();
    let subscriber = tracing_subscriber::registry();
    // A second start, as in tests, keeps the first log.
    let _ = match traces {
        // One filter before all costs a call less than one for each that listens.
        None => subscriber.with(log).with(filter).try_init(),
        Some(traces) => subscriber.with(log.with_filter(filter)).with(traces.layer()).try_init(),
    };
}

/// By targets and levels alone: a filter that can follow spans takes a lock that all threads share, four times a call.
fn filter() -> Targets {
    let wanted = env::var("LATCHKEY_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let wanted = wanted.or_else(|| BY_DEFAULT.parse().ok()).unwrap_or_default();
    wanted.with_targets(NEVER_LOGGED)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn the_default_is_read_as_it_is_meant() {
        let filter: Targets = BY_DEFAULT.parse().unwrap();
        let filter = filter.with_targets(NEVER_LOGGED);
        for (target, level, is_logged) in [
            ("latchkey_server", Level::INFO, true),
            ("latchkey_server", Level::DEBUG, false),
            ("sqlx::postgres::notice", Level::INFO, false),
            ("sqlx::postgres::notice", Level::WARN, true),
            (TRACES, Level::ERROR, false),
            ("ureq::run", Level::INFO, false),
            ("sqlx_postgres::options::parse", Level::WARN, false),
        ] {
            assert_eq!(filter.would_enable(target, &level), is_logged, "{target} {level}");
        }
    }

    #[test]
    fn what_is_never_logged_stays_out_whatever_is_wanted() {
        let filter = "trace".parse::<Targets>().unwrap().with_targets(NEVER_LOGGED);
        assert!(filter.would_enable("latchkey_server", &Level::TRACE));
        assert!(
            !filter.would_enable(TRACES, &Level::ERROR) && !filter.would_enable("ureq_proto::client", &Level::INFO)
        );
    }
}
