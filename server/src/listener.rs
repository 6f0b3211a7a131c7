//! The connections: how long one may take before it is cut off, and how they end.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use axum::Router;
use axum_server::{Handle, Server, accept::NoDelayAcceptor};
use tokio::net::TcpListener;

/// How long a connection may hold a place without saying anything that can be answered.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the opening of a connection, or from the answer before, to the last byte of the next request's headers.
    /// Proxies keep connections open between requests: less than half a minute would make them open many.
    pub next_request: Duration,
    /// What requests under way may take once the server has been told to stop.
    pub last_requests: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { next_request: Duration::from_secs(30), last_requests: Duration::from_secs(10) }
    }
}

/// The largest head of a request, in bytes: more is answered with 431 (RFC 6585 §5).
const LARGEST_HEAD: usize = 32 * 1024;
const LARGEST_HEAD_OF_HTTP2: u32 = 32 * 1024;

/// Answers what comes to `listener` until `stop`, then lets requests under way end. Answers are small and leave at
/// once, without Nagle's delay.
///
/// # Errors
///
/// Whatever ends the listening.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let handle = Handle::<SocketAddr>::new();
    let mut server = Server::from_listener(listener)
        .acceptor(NoDelayAcceptor)
        .handle(handle.clone())
        .first_request_timeout(patience.next_request);
    server.http_builder().http1().header_read_timeout(patience.next_request).max_buf_size(LARGEST_HEAD);
    server
        .http_builder()
        .http2()
        .keep_alive_interval(patience.next_request)
        .max_header_list_size(LARGEST_HEAD_OF_HTTP2);
    tokio::spawn(async move {
        stop.await;
        handle.graceful_shutdown(Some(patience.last_requests));
    });
    server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await
}
