//! The log: to standard error, so that standard output holds only what the operator asked for.

mod json;

use std::io;

use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::Directive,
    fmt::{self, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::json::Json;
use crate::{settings::LogFormat, traces::Traces};

/// PostgreSQL would notice at each start, and with each command, that the schema is there already.
const BY_DEFAULT: &str = "info,sqlx::postgres::notice=warn";

/// What is logged by no level. The spans of traces are not for the log; and what sends them would tell, at the finest levels, the
/// headers that it sends, by which the collector knows us.
const NEVER_LOGGED: [&str; 3] = ["latchkey::traces=off", "ureq=warn", "ureq_proto=warn"];

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

fn filter() -> EnvFilter {
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new(BY_DEFAULT));
    let never_logged = NEVER_LOGGED.iter().filter_map(|text| text.parse::<Directive>().ok());
    never_logged.fold(filter, EnvFilter::add_directive)
}

#[cfg(test)]
mod tests {
    use latchkey_credentials::TRACES;

    use super::*;

    #[test]
    fn what_is_never_logged_is_written_as_it_is_read() {
        assert_eq!(NEVER_LOGGED[0], format!("{TRACES}=off"));
        assert!(NEVER_LOGGED.iter().all(|text| text.parse::<Directive>().is_ok()));
    }
}
