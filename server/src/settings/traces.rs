//! Where traces are exported to, by the variables of OpenTelemetry's specification. Its libraries read those that are
//! not read here, such as `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_TRACES_SAMPLER`.

use std::time::Duration;

use url::Url;

use super::{
    environment::Environment,
    error::SettingError,
    notices::SettingNotice,
    parse::{list, parse_bool},
};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const TIMEOUTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];

/// The default timeout of an export, as in the specification.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// The variables that have an effect, here or in OpenTelemetry's libraries.
const SUPPORTED: [&str; 20] = [
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    ENDPOINT,
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    TIMEOUTS[1],
    TRACES_ENDPOINT,
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
    TIMEOUTS[0],
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_TRACES_EXPORTER",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
];

/// The prefixes of OpenTelemetry's own settings. Other variables are the operator's, for use in the values of those.
const SPECIFIED_PREFIXES: [&str; 13] = [
    "OTEL_ATTRIBUTE_",
    "OTEL_BLRP_",
    "OTEL_BSP_",
    "OTEL_CONFIG_FILE",
    "OTEL_EVENT_",
    "OTEL_EXPORTER_",
    "OTEL_LINK_",
    "OTEL_LOG",
    "OTEL_METRIC",
    "OTEL_PROPAGATORS",
    "OTEL_SDK_",
    "OTEL_SPAN_",
    "OTEL_TRACES_",
];

/// Where traces are exported to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceSettings {
    /// The URL that each batch is posted to.
    pub(crate) endpoint: Url,
    /// The timeout of an export.
    pub(crate) timeout: Duration,
    /// Whether the environment names the service.
    pub(crate) is_named: bool,
}

/// Returns `None` if there is no endpoint, or if traces are turned off.
pub(super) fn read(environment: &Environment) -> Result<Option<TraceSettings>, SettingError> {
    let Some(endpoint) = endpoint(environment)?.filter(|_| !is_disabled(environment)) else { return Ok(None) };
    if !exporter_is_otlp(environment)? {
        return Ok(None);
    }
    for name in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
        if let Some(protocol) = environment.get(name).map(str::trim) {
            if protocol != "http/protobuf" {
                return Err(SettingError::TracesProtocol(name, protocol.to_owned()));
            }
            break;
        }
    }
    let timeout = TIMEOUTS.iter().find_map(|name| environment.get(name)).and_then(milliseconds);
    let resource = environment.get("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    let is_named = environment.get("OTEL_SERVICE_NAME").is_some() || resource.contains("service.name=");
    Ok(Some(TraceSettings { endpoint, timeout: timeout.unwrap_or(DEFAULT_TIMEOUT), is_named }))
}

/// Returns notices about OpenTelemetry's settings that have no effect.
pub(super) fn notices(environment: &Environment, traces: Option<&TraceSettings>) -> Vec<SettingNotice> {
    if is_disabled(environment) || matches!(exporter_is_otlp(environment), Ok(false)) {
        return Vec::new();
    }
    let because = |name: &str, value: &str| {
        if name == "OTEL_SDK_DISABLED" {
            return parse_bool(value.trim()).is_none().then_some("it is neither true nor false");
        }
        if !SUPPORTED.contains(&name) {
            let is_ours = SPECIFIED_PREFIXES.iter().any(|beginning| name.starts_with(beginning))
                || SUPPORTED.iter().any(|used| strsim::damerau_levenshtein(name, used) <= 2);
            return is_ours.then_some("latchkey exports only traces, by OTLP over HTTP, and does not read it");
        }
        if traces.is_none() {
            return Some("no traces are exported; OTEL_EXPORTER_OTLP_ENDPOINT names a collector");
        }
        (TIMEOUTS.contains(&name) && milliseconds(value).is_none()).then_some("it is not a number of milliseconds")
    };
    let set = environment.set().filter(|(name, _)| name.starts_with("OTEL_"));
    set.filter_map(|(name, value)| because(name, value).map(|because| SettingNotice::not_used(name, because))).collect()
}

fn milliseconds(given: &str) -> Option<Duration> {
    given.trim().parse().ok().map(Duration::from_millis)
}

fn is_disabled(environment: &Environment) -> bool {
    environment.get("OTEL_SDK_DISABLED").is_some_and(|given| parse_bool(given.trim()) == Some(true))
}

fn exporter_is_otlp(environment: &Environment) -> Result<bool, SettingError> {
    const NAME: &str = "OTEL_TRACES_EXPORTER";
    let Some(given) = environment.get(NAME) else { return Ok(true) };
    match list(given).collect::<Vec<_>>()[..] {
        ["otlp"] => Ok(true),
        ["none"] => Ok(false),
        _ => Err(SettingError::Refused(NAME, "it must be otlp or none".to_owned())),
    }
}

/// The endpoint of traces is used as it is; to the endpoint of all signals, the path of traces is appended.
fn endpoint(environment: &Environment) -> Result<Option<Url>, SettingError> {
    if let Some(text) = environment.get(TRACES_ENDPOINT) {
        return parse(TRACES_ENDPOINT, text.trim()).map(Some);
    }
    let Some(text) = environment.get(ENDPOINT) else { return Ok(None) };
    parse(ENDPOINT, &format!("{}/v1/traces", text.trim().trim_end_matches('/'))).map(Some)
}

fn parse(name: &'static str, text: &str) -> Result<Url, SettingError> {
    let url = Url::parse(text).ok().filter(|url| {
        url.scheme() == "http" && url.has_host() && url.username().is_empty() && url.password().is_none()
    });
    url.ok_or(SettingError::TracesEndpoint(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<TraceSettings>, SettingError> {
        super::read(&variables.iter().copied().collect())
    }

    fn endpoint(variables: &[(&str, &str)]) -> Option<String> {
        read(variables).unwrap().map(|settings| settings.endpoint.into())
    }

    #[test]
    fn traces_are_off_unless_there_is_an_endpoint() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&[(ENDPOINT, ""), ("OTEL_SERVICE_NAME", "keys")]).unwrap(), None);
        assert_eq!(read(&[(ENDPOINT, " "), (TRACES_ENDPOINT, "")]).unwrap(), None);
        for yes in ["true", "TRUE", "1", "on", "yes "] {
            assert_eq!(read(&[(ENDPOINT, "http://c:4318"), ("OTEL_SDK_DISABLED", yes)]).unwrap(), None, "{yes}");
        }
        for no in ["false", "0", "", "perhaps"] {
            assert!(read(&[(ENDPOINT, "http://c:4318"), ("OTEL_SDK_DISABLED", no)]).unwrap().is_some(), "{no}");
        }
        assert_eq!(read(&[(ENDPOINT, "http://c:4318"), ("OTEL_TRACES_EXPORTER", "none")]).unwrap(), None);
    }

    #[test]
    fn the_endpoint_is_found_as_specified() {
        for (given, found) in [
            ("http://c:4318", "http://c:4318/v1/traces"),
            ("http://c:4318/", "http://c:4318/v1/traces"),
            ("http://c/otlp", "http://c/otlp/v1/traces"),
            (" http://c:4318/ ", "http://c:4318/v1/traces"),
        ] {
            assert_eq!(endpoint(&[(ENDPOINT, given)]).as_deref(), Some(found));
        }
        let both = [(ENDPOINT, "http://c:4318"), (TRACES_ENDPOINT, "http://d/here")];
        assert_eq!(endpoint(&both).as_deref(), Some("http://d/here"));
    }

    #[test]
    fn an_unusable_endpoint_is_reported_without_its_password() {
        for text in ["c:4318", "https://c:4318", "http://ana:hunter2@c:4318", "grpc://c"] {
            let line = read(&[(ENDPOINT, text)]).unwrap_err().to_string();
            assert!(line.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT must be") && !line.contains("hunter2"), "{line}");
        }
        let grpc = [(ENDPOINT, "http://c:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
        let line = read(&grpc).unwrap_err().to_string();
        assert_eq!(line, r#"OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, and not "grpc""#);
        for exporter in ["console", "otlp,console", "OTLP"] {
            let line =
                read(&[(ENDPOINT, "http://c:4317"), ("OTEL_TRACES_EXPORTER", exporter)]).unwrap_err().to_string();
            assert_eq!(line, "OTEL_TRACES_EXPORTER: it must be otlp or none");
        }
    }

    #[test]
    fn settings_without_effect_are_named_without_their_values() {
        let lines = |variables: &[(&str, &str)]| {
            let environment = variables.iter().copied().collect();
            let traces = super::read(&environment).unwrap();
            notices(&environment, traces.as_ref()).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let collector = (ENDPOINT, "http://c:4318");
        let no_traces = "is not used: no traces are exported; OTEL_EXPORTER_OTLP_ENDPOINT names a collector";
        let headers = ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2");
        assert_eq!(lines(&[headers]), [format!("OTEL_EXPORTER_OTLP_HEADERS {no_traces}")]);
        assert_eq!(lines(&[headers, collector, ("OTEL_SERVICE_NAME", ""), ("OTEL_POD_IP", "x")]), [""; 0]);
        assert_eq!(lines(&[headers, collector, ("OTEL_SDK_DISABLED", "true"), ("OTEL_PROPAGATORS", "b3")]), [""; 0]);
        for (name, value) in [
            ("OTEL_METRICS_EXPORTER", "otlp"),
            ("OTEL_EXPORTER_OTLP_CERTIFICATE", "hunter2"),
            ("OTEL_EXPORTER_OTLP_ENDPIONT", "hunter2"),
            ("OTEL_SERVICE_NAM", "hunter2"),
        ] {
            let line =
                format!("{name} is not used: latchkey exports only traces, by OTLP over HTTP, and does not read it");
            assert_eq!(lines(&[collector, (name, value)]), [line]);
        }
        let line = "OTEL_EXPORTER_OTLP_TIMEOUT is not used: it is not a number of milliseconds";
        assert_eq!(lines(&[collector, ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]), [line]);
        let line = "OTEL_SDK_DISABLED is not used: it is neither true nor false";
        assert_eq!(lines(&[collector, ("OTEL_SDK_DISABLED", "perhaps")]), [line]);
    }
}
