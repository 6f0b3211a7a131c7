//! Where traces are exported to, by the variables of OpenTelemetry's specification. Those that are not read here, such as
//! `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_TRACES_SAMPLER`, its libraries read.

use std::time::Duration;

use url::Url;

use super::{Environment, SettingError};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// How long an export may take, as the specification has it.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where traces are exported to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceSettings {
    /// Where each batch is posted to.
    pub(crate) endpoint: Url,
    /// How long an export may take.
    pub(crate) timeout: Duration,
    /// Whether the environment names the service.
    pub(crate) is_named: bool,
}

/// `None`, unless there is an endpoint and nothing turns traces off.
pub(super) fn read(environment: Environment<'_>) -> Result<Option<TraceSettings>, SettingError> {
    // What is empty counts as not set.
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    let is_off = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        || set("OTEL_TRACES_EXPORTER").is_some_and(|value| value == "none");
    let Some(endpoint) = endpoint(&set)?.filter(|_| !is_off) else { return Ok(None) };
    for name in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
        if let Some(protocol) = set(name) {
            if protocol != "http/protobuf" {
                return Err(SettingError::TracesProtocol(name, protocol));
            }
            break;
        }
    }
    let timeout = set("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT").or_else(|| set("OTEL_EXPORTER_OTLP_TIMEOUT"));
    let timeout = timeout.and_then(|milliseconds| milliseconds.parse().ok()).map(Duration::from_millis);
    let resource = set("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    let is_named = set("OTEL_SERVICE_NAME").is_some() || resource.contains("service.name=");
    Ok(Some(TraceSettings { endpoint, timeout: timeout.unwrap_or(DEFAULT_TIMEOUT), is_named }))
}

/// The endpoint of traces stands as it is; that of all signals has theirs below it.
fn endpoint(set: &dyn Fn(&str) -> Option<String>) -> Result<Option<Url>, SettingError> {
    if let Some(text) = set(TRACES_ENDPOINT) {
        return parse(TRACES_ENDPOINT, &text).map(Some);
    }
    let Some(text) = set(ENDPOINT) else { return Ok(None) };
    parse(ENDPOINT, &format!("{}/v1/traces", text.trim_end_matches('/'))).map(Some)
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
        super::read(&|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn endpoint(variables: &[(&str, &str)]) -> Option<String> {
        read(variables).unwrap().map(|settings| settings.endpoint.into())
    }

    #[test]
    fn traces_are_off_unless_there_is_an_endpoint() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&[(ENDPOINT, ""), ("OTEL_SERVICE_NAME", "keys")]).unwrap(), None);
        assert_eq!(read(&[(ENDPOINT, "http://c:4318"), ("OTEL_SDK_DISABLED", "true")]).unwrap(), None);
        assert_eq!(read(&[(ENDPOINT, "http://c:4318"), ("OTEL_TRACES_EXPORTER", "none")]).unwrap(), None);
    }

    #[test]
    fn the_endpoint_is_found_as_the_specification_has_it() {
        for (given, found) in [
            ("http://c:4318", "http://c:4318/v1/traces"),
            ("http://c:4318/", "http://c:4318/v1/traces"),
            ("http://c/otlp", "http://c/otlp/v1/traces"),
        ] {
            assert_eq!(endpoint(&[(ENDPOINT, given)]).as_deref(), Some(found));
        }
        let both = [(ENDPOINT, "http://c:4318"), (TRACES_ENDPOINT, "http://d/here")];
        assert_eq!(endpoint(&both).as_deref(), Some("http://d/here"));
    }

    #[test]
    fn what_cannot_be_spoken_to_is_told_without_its_password() {
        for text in ["c:4318", "https://c:4318", "http://ana:hunter2@c:4318", "grpc://c"] {
            let line = read(&[(ENDPOINT, text)]).unwrap_err().to_string();
            assert!(line.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT must be") && !line.contains("hunter2"), "{line}");
        }
        let grpc = [(ENDPOINT, "http://c:4317"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")];
        let line = read(&grpc).unwrap_err().to_string();
        assert_eq!(line, r#"OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, and not "grpc""#);
    }
}
