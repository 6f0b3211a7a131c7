//! The log. It goes to standard error, so that standard output holds only what a command was asked for.

mod json;

use std::io;

use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use self::json::Json;
use crate::{
    observability::traces::Traces,
    settings::{Environment, LogFormat, SettingError},
};
use latchkey_engine::TRACES;

/// At each start and with each command, PostgreSQL sends a notice that the schema already exists.
const DEFAULT_FILTER: &str = "info,sqlx::postgres::notice=warn";

/// What is never logged, whatever the level. The spans of traces are not for the log. At the finest levels, the HTTP
/// client that exports traces would log its headers, which authenticate Latchkey to the collector. sqlx logs the values
/// of URL parameters that it does not know, and one of them may be a password under a misspelt name.
const NEVER_LOGGED: [(&str, LevelFilter); 4] = [
    (TRACES, LevelFilter::OFF),
    ("ureq", LevelFilter::WARN),
    ("ureq_proto", LevelFilter::WARN),
    ("sqlx_postgres::options", LevelFilter::ERROR),
];

/// Starts the log, and the export of traces if there are any.
pub(crate) fn init(format: LogFormat, level: Targets, traces: Option<&Traces>) {
    let log = fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Text => install(log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())), level, traces),
        LogFormat::Json => {
            let log = log.with_ansi(false).fmt_fields(JsonFields::new()).event_format(Json::default());
            install(log, level, traces);
        }
    }
}

fn install(log: impl Layer<Registry> + Send + Sync, filter: Targets, traces: Option<&Traces>) {
    let subscriber = tracing_subscriber::registry();
    // A second call, as in tests, keeps the first log.
    let _ = match traces {
        // One filter in front of all layers costs a request less than one for each layer.
        None => subscriber.with(log).with(filter).try_init(),
        Some(traces) => subscriber.with(log.with_filter(filter)).with(traces.layer()).try_init(),
    };
}

/// Returns what is logged: `LATCHKEY_LOG`, or `info`. The filter uses only targets and levels; one that also follows
/// spans takes a lock that all threads share, four times a request.
///
/// # Errors
/// [`SettingError::Log`] if a part is not a level. `verbose`, for example, would otherwise be read as a target, and
/// nothing would be logged.
pub(crate) fn filter(environment: &Environment) -> Result<Targets, SettingError> {
    let given = environment.get("LATCHKEY_LOG").map(str::trim);
    let wanted = given.unwrap_or(DEFAULT_FILTER);
    let refused = || SettingError::Log(wanted.to_owned());
    let is_level = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    let parts: Vec<&str> = wanted.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if !parts.iter().all(|part| is_level(part)) {
        return Err(refused());
    }
    Ok(parts.join(",").parse::<Targets>().map_err(|_| refused())?.with_targets(NEVER_LOGGED))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn the_default_filter_is_parsed_as_intended() {
        let filter: Targets = DEFAULT_FILTER.parse().unwrap();
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
    fn an_invalid_level_is_refused() {
        let read = |given: &str| super::filter(&Environment::from_iter([("LATCHKEY_LOG", given)]));
        for given in ["", " ", "info", "WARN", "debug,", " latchkey_server=debug , warn", "off"] {
            assert!(read(given).is_ok(), "{given:?}");
        }
        assert!(read("").unwrap().would_enable("latchkey_server", &Level::INFO));
        for given in ["verbose", "warning", "latchkey_server", "latchkey_server=loud", "\"info\"", "info debug"] {
            let line = read(given).unwrap_err().to_string();
            assert!(line.starts_with("LATCHKEY_LOG must be ") && line.ends_with(&format!("{given:?}")), "{line}");
        }
    }

    #[test]
    fn excluded_targets_stay_out_of_every_filter() {
        let filter = "trace".parse::<Targets>().unwrap().with_targets(NEVER_LOGGED);
        assert!(filter.would_enable("latchkey_server", &Level::TRACE));
        assert!(
            !filter.would_enable(TRACES, &Level::ERROR) && !filter.would_enable("ureq_proto::client", &Level::INFO)
        );
    }
}
