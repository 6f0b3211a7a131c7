use axum::{
    extract::Request,
    http::{Method, StatusCode},
};
use latchkey_engine::TRACES;
use opentelemetry::{propagation::TextMapPropagator, trace::TraceContextExt};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Span, debug_span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Returns the span of a request, by the conventions of OpenTelemetry; a disabled one, if no traces are exported. It
/// continues the trace that the request names (W3C Trace Context), and holds nothing else that the caller has written.
pub(crate) fn request_span(request: &Request, route: &str) -> Span {
    let span = debug_span!(
        target: TRACES,
        "request",
        otel.name = name(request.method(), route).as_str(),
        otel.kind = "server",
        otel.status_code = Empty,
        http.route = (route != "-").then_some(route),
        http.request.method = method(request.method()),
        http.response.status_code = Empty,
    );
    if !span.is_disabled() {
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(request.headers()));
        if caller.has_active_span() {
            // This fails only after the span has started.
            let _ = span.set_parent(caller);
        }
    }
    span
}

/// Records a response's status.
pub(crate) fn record_status(span: &Span, status: StatusCode) {
    if !span.is_disabled() {
        span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
    }
}

fn name(given: &Method, route: &str) -> String {
    match (method(given), route) {
        ("_OTHER", _) => "HTTP".to_owned(),
        (method, "-") => method.to_owned(),
        (method, route) => format!("{method} {route}"),
    }
}

/// Returns the name of a standard method. A method may be any word, so others are not repeated.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::CONNECT => "CONNECT",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::PATCH => "PATCH",
        _ => "_OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_named_by_method_and_route() {
        assert_eq!(name(&Method::GET, "/api/v1/ping"), "GET /api/v1/ping");
        assert_eq!(name(&Method::GET, "-"), "GET");
        assert_eq!(name(&Method::from_bytes(b"lk_secret").unwrap(), "/verify"), "HTTP");
    }
}
