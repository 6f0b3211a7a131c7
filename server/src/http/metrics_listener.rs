//! `GET /metrics`, on a listener of its own: whoever may call the API need not see how much others do.

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

/// More than anybody needs who reads metrics, and no burden to those who call.
const LIMITS: Limits = Limits {
    max_connections: 16,
    first_byte_timeout: Duration::from_secs(5),
    head_timeout: Duration::from_secs(10),
    keep_alive_timeout: Duration::from_mins(2),
    write_timeout: Duration::from_secs(10),
    shutdown_timeout: Duration::from_millis(500),
};

/// Where metrics will be served.
pub(crate) struct MetricsListener(TcpListener);

/// Takes the port, if metrics are to be served. Where nobody has asked for them, a port that is taken is no reason not to start.
///
/// # Errors
/// The address and what is wrong with it, where the operator has named one.
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
            tracing::error!(error = &error as &dyn std::error::Error, "metrics are served no more");
        }
    }
}

async fn answer(State(metrics): State<Metrics>) -> Response {
    match metrics.text() {
        Ok(text) => ([(CONTENT_TYPE, TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}
