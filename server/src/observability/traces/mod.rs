//! Traces for OpenTelemetry over OTLP, one for each request. Without an endpoint no spans are created for them.

mod client;
mod request;

use std::{fmt, time::Duration};

use latchkey_engine::TRACES;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use thiserror::Error;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::{
    Layer,
    filter::{DynFilterFn, LevelFilter},
    layer::Context,
    registry::LookupSpan,
};

use self::client::Client;
pub(crate) use self::request::{record_status, request_span};
use crate::settings::TraceSettings;

/// The name of a request's span in the program. Collectors see the method and the route.
const REQUEST: &str = "request";

/// Traces cannot be exported.
#[derive(Debug, Error)]
#[error("traces cannot be exported: {0}")]
pub struct TracesError(String);

/// Exports traces.
#[derive(Clone)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Starts the export, on its own thread. A collector that does not respond does not prevent a start.
    ///
    /// # Errors
    /// [`TracesError`] if the environment asks for something that cannot be done.
    pub(crate) fn start(settings: &TraceSettings) -> Result<Self, TracesError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Client::new(settings.timeout))
            .with_endpoint(settings.endpoint.as_str())
            .with_timeout(settings.timeout)
            .build()
            .map_err(|error| TracesError(error.to_string()))?;
        let mut resource = Resource::builder();
        if !settings.is_named {
            resource = resource.with_service_name("latchkey");
        }
        let resource = resource.with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    /// Returns the layer that turns spans into traces.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let tracer = self.0.tracer("latchkey");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false);
        layer.with_filter(DynFilterFn::new(is_traced).with_max_level_hint(LevelFilter::DEBUG))
    }

    /// Exports what is left, and stops. Waits at most `limit`.
    pub(crate) async fn shut_down(self, limit: Duration) {
        let ended = tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(limit)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last traces were not exported");
        }
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Traces")
    }
}

/// Whether a span is part of a trace: the spans of requests and those within them. Background work, such as
/// housekeeping, is not traced.
fn is_traced<S>(metadata: &Metadata<'_>, context: &Context<'_, S>) -> bool
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    metadata.is_span()
        && metadata.target() == TRACES
        && (metadata.name() == REQUEST || context.lookup_current().is_some())
}
