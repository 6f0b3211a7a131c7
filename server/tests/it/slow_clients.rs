//! Connections that send nothing, or too much, or do not read; and too many connections.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    routing::{get, post},
};
use latchkey_server::listener::{self, Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, oneshot},
    time::sleep,
};

/// Where a server listens, and what stops it when it is used or dropped.
type Serving = (SocketAddr, oneshot::Sender<()>);

const LITTLE: Duration = Duration::from_millis(300);

fn impatience(connections: usize) -> Limits {
    Limits {
        max_connections: connections,
        first_byte_timeout: LITTLE,
        head_timeout: LITTLE,
        keep_alive_timeout: LITTLE,
        write_timeout: LITTLE,
        shutdown_timeout: LITTLE,
    }
}

/// Starts a server with short timeouts, on its own port.
async fn impatient() -> Serving {
    serving(Router::new().route("/", post(|body: String| async move { body })), 100).await
}

/// The same with other routes, and permits for some connections.
async fn serving(router: Router, connections: usize) -> Serving {
    serving_within(router, impatience(connections)).await
}

async fn serving_within(router: Router, limits: Limits) -> Serving {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(async move {
        let stopped = async move { drop(stopped.await) };
        listener::serve(listener, || router.clone(), limits, stopped).await.unwrap();
    });
    (address, stop)
}

async fn connection(to: SocketAddr, says: &str) -> TcpStream {
    let mut connection = TcpStream::connect(to).await.unwrap();
    // A server that has refused may close the connection before everything is sent.
    let _ = connection.write_all(says.as_bytes()).await;
    connection
}

/// Returns everything that the server sends until it closes the connection. If it never does, the timeout of the test
/// runner ends the test.
async fn rest(mut connection: TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is reset has been closed as well.
    let _ = connection.read_to_end(&mut said).await;
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let (address, _stop) = impatient().await;
    assert_eq!(rest(connection(address, "").await).await, "");
}

#[tokio::test]
async fn endless_headers_time_out_whatever_the_keep_alive() {
    let limits = Limits { keep_alive_timeout: Duration::from_hours(1), ..impatience(100) };
    let (address, _stop) = serving_within(Router::new().route("/", get("hi")), limits).await;
    let kept = "GET / HTTP/1.1\r\nhost: latchkey\r\n\r\n";
    let mut second = connection(address, kept).await;
    let mut first_answer = [0; 12];
    second.read_exact(&mut first_answer).await.unwrap();
    assert_eq!(&first_answer, b"HTTP/1.1 200");
    second.write_all(b"GET / HTTP/1.1\r\nhost: latchkey\r\nx-slow:").await.unwrap();
    assert_eq!(rest(second).await.matches("HTTP/1.1").count(), 0);
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
    assert!(said.starts_with("HTTP/1.1 431 ") && said.ends_with("\r\n\r\n"), "{said}");
}

#[tokio::test]
async fn anything_but_http_is_answered_with_400_and_no_body() {
    let (address, _stop) = impatient().await;
    let said = rest(connection(address, "what is this\r\n\r\n").await).await;
    assert!(said.starts_with("HTTP/1.1 400 ") && said.ends_with("\r\n\r\n"), "{said}");
}

#[tokio::test]
async fn more_headers_than_any_client_needs_are_answered_with_431() {
    let (address, _stop) = impatient().await;
    let head = format!("POST / HTTP/1.1\r\nhost: latchkey\r\n{}\r\n", "x-many: 1\r\n".repeat(500));
    let said = rest(connection(address, &head).await).await;
    assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
}

#[tokio::test]
async fn a_request_in_progress_does_not_delay_a_shutdown_forever() {
    let (address, stop) = impatient().await;
    let slow = connection(address, "POST / HTTP/1.1\r\nhost: latchkey\r\ncontent-length: 2\r\n\r\nh").await;
    stop.send(()).unwrap();
    assert!(!rest(slow).await.contains("200 OK"));
}

#[tokio::test]
async fn http_2_is_not_supported() {
    let (address, _stop) = impatient().await;
    let empty_settings = "\0\0\0\x04\0\0\0\0\0";
    let said = rest(connection(address, &format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{empty_settings}")).await).await;
    assert_eq!(said, "");
}

const GET: &str = "GET / HTTP/1.1\r\nhost: latchkey\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let gate = Arc::new(Semaphore::new(0));
    let handler = {
        let (inside, most, gate) = (Arc::clone(&inside), Arc::clone(&most), Arc::clone(&gate));
        async move || {
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            gate.acquire().await.unwrap().forget();
            inside.fetch_sub(1, Ordering::SeqCst);
        }
    };
    let (address, _stop) = serving(Router::new().route("/", get(handler)), 2).await;
    let mut waiting = Vec::new();
    for _ in 0..5 {
        waiting.push(connection(address, GET).await);
    }
    while inside.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    // Gives the others time to be accepted, if they could be.
    sleep(Duration::from_millis(50)).await;
    gate.add_permits(5);
    for connection in waiting {
        assert!(rest(connection).await.starts_with("HTTP/1.1 200 OK"));
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_client_that_does_not_read_its_response_is_disconnected() {
    // More than the operating system buffers for a client that does not read.
    let large = Bytes::from(vec![b'x'; 64 * 1024 * 1024]);
    let router = Router::new().route("/", get("small")).route("/large", get(async move || large));
    let (address, _stop) = serving(router, 1).await;
    let mut deaf = connection(address, "GET /large HTTP/1.1\r\nhost: latchkey\r\n\r\n").await;
    let mut first = [0; 12];
    deaf.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    assert!(rest(connection(address, GET).await).await.starts_with("HTTP/1.1 200 OK"));
    assert!(rest(deaf).await.len() < 64 * 1024 * 1024);
}

/// No timeouts once something has begun, so that only a lack of permits ends a connection.
async fn patient() -> Serving {
    let long = Duration::from_hours(1);
    let limits = Limits { first_byte_timeout: long, head_timeout: long, keep_alive_timeout: long, ..impatience(16) };
    serving_within(Router::new().route("/", get("hi").post(|body: String| async move { body })), limits).await
}

const KEPT: &str = "GET / HTTP/1.1\r\nhost: latchkey\r\n\r\n";

/// Sends a request on a connection that is kept alive, and reads the response.
async fn call(connection: &mut TcpStream) {
    connection.write_all(KEPT.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nhi") {
        answer.push(connection.read_u8().await.unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn silent_connections_make_room_for_a_call_from_the_same_address() {
    let body = "POST / HTTP/1.1\r\nhost: latchkey\r\ncontent-length: 2\r\n\r\nh";
    for says in ["", "G", "GET / HTTP/1.1\r\nhost: latchkey\r\nx-slow:", body] {
        let (address, _stop) = patient().await;
        let mut idle = Vec::new();
        for _ in 0..50 {
            idle.push(connection(address, says).await);
        }
        assert!(rest(connection(address, GET).await).await.starts_with("HTTP/1.1 200 OK"), "{says:?}");
    }
}

#[tokio::test]
async fn a_peer_that_uses_all_permits_by_one_request_each_makes_room_for_others() {
    let (address, _stop) = patient().await;
    let mut gateway = Vec::new();
    for _ in 0..4 {
        let from = TcpSocket::new_v4().unwrap();
        from.bind("127.0.0.2:0".parse().unwrap()).unwrap();
        let mut connection = from.connect(address).await.unwrap();
        call(&mut connection).await;
        gateway.push(connection);
    }
    let mut taken = Vec::new();
    for _ in 0..12 {
        let mut connection = connection(address, "").await;
        call(&mut connection).await;
        taken.push(connection);
    }
    assert!(rest(connection(address, GET).await).await.starts_with("HTTP/1.1 200 OK"));
    for connection in &mut gateway {
        call(connection).await;
    }
}

#[tokio::test]
async fn connections_with_requests_are_kept_under_load() {
    let (address, _stop) = patient().await;
    let mut gateway = Vec::new();
    for _ in 0..12 {
        let mut connection = connection(address, "").await;
        call(&mut connection).await;
        gateway.push(connection);
    }
    let mut idle = Vec::new();
    for _ in 0..50 {
        idle.push(connection(address, "").await);
    }
    assert!(rest(connection(address, GET).await).await.starts_with("HTTP/1.1 200 OK"));
    for connection in &mut gateway {
        call(connection).await;
    }
}
