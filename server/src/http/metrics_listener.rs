//! Serves `GET /metrics` on a separate listener, so that API clients cannot see how much others use the server.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus::TEXT_FORMAT;
use tokio::net::TcpListener;

use super::listener::{self, Limits};
use crate::{observability::metrics::Metrics, settings::MetricsListen};

/// Enough for reading metrics, without burdening other clients.
const LIMITS: Limits = Limits {
    max_connections: 16,
    first_byte_timeout: Duration::from_secs(5),
    head_timeout: Duration::from_secs(10),
    keep_alive_timeout: Duration::from_mins(2),
    write_timeout: Duration::from_secs(10),
    shutdown_timeout: Duration::from_millis(500),
};

/// The listener on which metrics will be served.
pub(crate) struct MetricsListener(TcpListener);

/// Binds the address, if metrics are to be served. If the address is only the default and in use, the server starts
/// without metrics.
///
/// # Errors
/// The configured address and why it cannot be bound.
pub(crate) fn bind(listen: MetricsListen) -> Result<Option<MetricsListener>, (SocketAddr, io::Error)> {
    let (address, is_asked_for) = match listen {
        MetricsListen::Off => return Ok(None),
        MetricsListen::IfFree(address) => (address, false),
        MetricsListen::On(address) => (address, true),
    };
    match listener::bind(address) {
        Ok(listener) => {
            let address = listener.local_addr().unwrap_or(address);
            tracing::info!(%address, "metrics are served");
            Ok(Some(MetricsListener(listener)))
        }
        Err(error) if is_asked_for => Err((address, error)),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(%address, error, "metrics are not served: set LATCHKEY_METRICS_LISTEN to another address, or off");
            Ok(None)
        }
    }
}

impl MetricsListener {
    /// Serves until `stop`, on one thread.
    pub(crate) async fn serve(self, metrics: Metrics, stop: impl Future<Output = ()> + Send + 'static) {
        let routes =
            Router::new().route("/metrics", get(answer).fallback(nothing)).fallback(nothing).with_state(metrics);
        if let Err(error) = listener::serve_on(1, self.0, || routes.clone(), LIMITS, stop).await {
            tracing::error!(error = &error as &dyn std::error::Error, "metrics are no longer served");
        }
    }
}

async fn answer(State(metrics): State<Metrics>) -> Response {
    match metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the metrics could not be encoded");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}
