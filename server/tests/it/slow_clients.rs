//! Connections that say nothing, or too much.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::post};
use latchkey_server::listener::{self, Patience};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// A server with little patience, on a port of its own. It stops when the sender is used or dropped.
async fn impatient() -> (SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let patience = Patience { next_request: Duration::from_millis(300), last_requests: Duration::from_millis(300) };
    let router = Router::new().route("/", post(|body: String| async move { body }));
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(async move {
        let stopped = async move { drop(stopped.await) };
        listener::serve(listener, router, patience, stopped).await.unwrap();
    });
    (address, stop)
}

async fn connection(to: SocketAddr, says: &str) -> TcpStream {
    let mut connection = TcpStream::connect(to).await.unwrap();
    // A server that has heard enough closes the connection before all is said.
    let _ = connection.write_all(says.as_bytes()).await;
    connection
}

/// All that the server says until it closes the connection, which the test runner would otherwise wait for in vain.
async fn rest(mut connection: TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is reset has been closed as well.
    let _ = connection.read_to_end(&mut said).await;
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let (address, _stop) = impatient().await;
    assert_eq!(rest(connection(address, "").await).await, "");
}

#[tokio::test]
async fn headers_that_do_not_end_are_cut_off() {
    let (address, _stop) = impatient().await;
    let said = rest(connection(address, "POST / HTTP/1.1\r\nhost: latchkey\r\nx-slow:").await).await;
    assert!(!said.contains("200 OK"), "{said}");
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request_and_closed_when_none_comes() {
    let (address, _stop) = impatient().await;
    let request = "POST / HTTP/1.1\r\nhost: latchkey\r\ncontent-length: 2\r\n\r\nhi";
    let said = rest(connection(address, &request.repeat(2)).await).await;
    assert_eq!(said.matches("200 OK").count(), 2, "{said}");
}

#[tokio::test]
async fn a_head_larger_than_any_client_needs_is_answered_with_431() {
    let (address, _stop) = impatient().await;
    let head = format!("POST / HTTP/1.1\r\nhost: latchkey\r\nx-large: {}\r\n\r\n", "x".repeat(64 * 1024));
    let said = rest(connection(address, &head).await).await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
}

#[tokio::test]
async fn more_headers_than_any_client_needs_are_answered_with_431() {
    let (address, _stop) = impatient().await;
    let head = format!("POST / HTTP/1.1\r\nhost: latchkey\r\n{}\r\n", "x-many: 1\r\n".repeat(500));
    let said = rest(connection(address, &head).await).await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
}

#[tokio::test]
async fn a_request_under_way_does_not_hold_up_the_end_for_ever() {
    let (address, stop) = impatient().await;
    let slow = connection(address, "POST / HTTP/1.1\r\nhost: latchkey\r\ncontent-length: 2\r\n\r\nh").await;
    stop.send(()).unwrap();
    assert!(!rest(slow).await.contains("200 OK"));
}
