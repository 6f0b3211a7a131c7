//! Traces, as a collector receives them.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use serde_json::json;

use crate::support::{
    PASSWORD,
    binary::Binary,
    collector::{Collector, attribute},
    latchkey::basic,
};

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn of(span: &Span, key: &str) -> String {
    attribute(&span.attributes, key).unwrap_or_default()
}

#[test]
fn each_request_is_a_trace_that_continues_its_callers() {
    let collector = Collector::start();
    let binary = Binary::new()
        .with("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)
        .with("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=keys");
    let mut server = binary.serve();
    let token = server.set_up_token();
    let set_up = json!({ "token": token, "organization": "O", "email": "ana@example.com", "password": PASSWORD });
    let ana = server.call("/api/set-up", "", &set_up).is(200).cookie;
    let created = server.call("/api/access-keys/create", &ana, &json!({ "kind": "api_key", "name": "WMS" })).json();
    let id = created["key"]["id"].as_str().unwrap();
    server.call("/api/access-keys/set-status", &ana, &json!({ "id": id, "status": "active" })).is(200);
    let key = basic(created["secret"].as_str().unwrap(), "");
    server.get_with("/api/v1/ping", &[("authorization", &key), ("traceparent", CALLER)]).is(200);
    server.get("/verify/a/path", "Bearer lk_nonsense").is(401);
    assert_eq!(server.stop().0, Some(0));

    // What was left has been sent at the end.
    let (spans, resource) = collector.spans();
    assert_eq!(attribute(&resource, "service.name").unwrap(), "latchkey");
    assert_eq!(attribute(&resource, "service.version").unwrap(), env!("CARGO_PKG_VERSION"));
    let export = &collector.exports()[0];
    assert_eq!(export.head[0], "POST /v1/traces HTTP/1.1");
    assert!(export.head.iter().any(|line| line.to_lowercase() == "content-type: application/x-protobuf"));
    assert!(export.head.iter().any(|line| line.to_lowercase() == "x-tenant: keys"));

    let requests: Vec<_> = spans.iter().filter(|span| span.kind() == SpanKind::Server).collect();
    let names: Vec<_> = requests.iter().map(|span| span.name.as_str()).collect();
    let console = "POST /api/{*path}";
    assert_eq!(names, [console, console, console, "GET /api/v1/ping", "GET /verify/{*path}"]);
    let traces: std::collections::BTreeSet<_> = spans.iter().map(|span| &span.trace_id).collect();
    assert_eq!(traces.len(), 5, "what is no request is no trace");

    let (ping, refused) = (requests[3], requests[4]);
    let attributes_of =
        |span: &Span| ["http.route", "http.request.method", "http.response.status_code"].map(|key| of(span, key));
    assert_eq!(attributes_of(ping), ["/api/v1/ping", "GET", "200"]);
    assert_eq!(attributes_of(refused), ["/verify/{*path}", "GET", "401"]);
    assert_ne!(refused.status.clone().unwrap_or_default().code(), StatusCode::Error, "it is the caller's fault");
    assert_eq!(hex(&ping.trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(hex(&ping.parent_span_id), "00f067aa0ba902b7");
    assert!(refused.parent_span_id.is_empty());

    let below = |parent: &Span, name: &str| {
        let found = spans.iter().find(|span| span.name == name && span.parent_span_id == parent.span_id);
        found.unwrap_or_else(|| panic!("no {name} below {}", parent.name)).clone()
    };
    let verdict = below(ping, "verdict");
    below(&verdict, "hash");
    let written = below(ping, "database");
    assert_eq!((of(&written, "db.system.name"), of(&written, "db.operation.name")), ("sqlite".into(), "change".into()));
    below(refused, "verdict");
}

#[test]
fn the_service_name_and_the_sampler_are_configurable() {
    let collector = Collector::start();
    let binary = Binary::new()
        .with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &format!("{}/here", collector.url))
        .with("OTEL_SERVICE_NAME", "keys-berlin");
    let server = binary.serve();
    let not_sampled = CALLER.replace("-01", "-00");
    server.get_with("/livez", &[("traceparent", &not_sampled)]).is(200);
    server.get_with("/readyz", &[("traceparent", "nonsense")]).is(200);
    assert_eq!(server.stop().0, Some(0));
    let (spans, resource) = collector.spans();
    assert_eq!(attribute(&resource, "service.name").unwrap(), "keys-berlin");
    assert_eq!(collector.exports()[0].head[0], "POST /here HTTP/1.1");
    let requests: Vec<_> = spans.iter().filter(|span| span.kind() == SpanKind::Server).collect();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].name, "GET /readyz");
}

#[test]
fn without_a_collector_it_serves_and_stops_as_usual() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    // The connection is never accepted, so there is never a response.
    let binary = Binary::new().with("OTEL_EXPORTER_OTLP_ENDPOINT", &url);
    let server = binary.serve();
    server.get("/readyz", "").is(200);
    let log = server.log.clone();
    let begin = std::time::Instant::now();
    assert_eq!(server.stop().0, Some(0));
    assert!(begin.elapsed().as_secs() < 5, "the collector is not waited for");
    let log = std::fs::read_to_string(log).unwrap_or_default();
    assert!(log.contains("the last traces were not exported"), "{log}");
}

#[test]
fn an_unusable_collector_is_one_clear_line() {
    let https = Binary::new().with("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318").refusal(&["serve"]);
    assert!(https.starts_with("OTEL_EXPORTER_OTLP_ENDPOINT must be an http:// URL"), "{https}");
}
