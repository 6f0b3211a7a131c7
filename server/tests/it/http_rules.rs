//! Rules of HTTP for every request, on a real connection to each listener.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use crate::support::{binary::Binary, server::Server};

/// Sends bytes, closes the sending direction once `answers` responses have come, and returns everything that came back.
async fn answer_to(address: &str, request: impl AsRef<[u8]>) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    // A server that has already refused does not read the rest.
    let _ = connection.write_all(request.as_ref()).await;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

fn status(answer: &str) -> u16 {
    let status = answer.strip_prefix("HTTP/1.1 ").or_else(|| answer.strip_prefix("HTTP/1.0 "));
    status.and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap_or_else(|| panic!("{answer:?}"))
}

/// Returns a server with its folder, and the addresses of its two listeners.
fn server() -> ((Binary, Server), [String; 2]) {
    let binary = Binary::new().with_metrics();
    let server = binary.serve();
    let addresses = [server.url.strip_prefix("http://").unwrap().to_owned(), server.metrics_address()];
    ((binary, server), addresses)
}

#[tokio::test]
async fn a_request_names_one_host_at_every_listener() {
    let (_server, addresses) = server();
    for (address, path) in addresses.iter().zip(["/livez", "/metrics"]) {
        for (version, hosts, expected) in [
            ("1.1", "", 400),
            ("1.1", "Host: latchkey\r\n", 200),
            ("1.1", "Host: a\r\nHost: a\r\n", 400),
            ("1.1", "host: a\r\nx: y\r\nHOST: b\r\n", 400),
            ("1.1", "Host:\r\n", 400),
            ("1.1", "Host: a b\r\n", 400),
            ("1.1", "Host: a, b\r\n", 400),
            ("1.1", "Host: user@a\r\n", 400),
            ("1.1", "Host: http://a/\r\n", 400),
            ("1.1", "Host: a:port\r\n", 400),
            ("1.1", "Host: [::1]:3000\r\n", 200),
            // As load balancers send health checks.
            ("1.0", "", 200),
            ("1.0", "Host: 10.0.0.2:3000\r\n", 200),
            ("1.0", "Host: a\r\nHost: b\r\n", 400),
        ] {
            let request = format!("GET {path} HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n");
            let answer = answer_to(address, &request).await;
            assert_eq!(status(&answer), expected, "{request:?}: {answer}");
            if expected == 400 {
                assert!(answer.contains("urn:latchkey:problem:malformed-request"), "{answer}");
                assert!(answer.contains("connection: close") && answer.contains("cache-control: no-store"), "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn an_absolute_request_target_is_served_and_overrides_the_host() {
    let (_server, [address, _]) = server();
    let request = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&answer_to(&address, request(&format!("http://{address}/livez"))).await), 200);
    assert_eq!(status(&answer_to(&address, request(&format!("http://user:pass@{address}/livez"))).await), 400);
    // A page of that host, through a proxy that sends absolute targets.
    let sign_out = |origin: &str| {
        format!(
            "POST http://{address}/api/sign-out HTTP/1.1\r\nHost: evil.example\r\nOrigin: {origin}\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
    };
    let own = answer_to(&address, sign_out(&format!("http://{address}"))).await;
    assert!(!own.contains("cross-site"), "{own}");
    let foreign = answer_to(&address, sign_out("http://evil.example")).await;
    assert_eq!(status(&foreign), 403, "{foreign}");
}

#[tokio::test]
async fn a_head_is_at_most_32_kib_however_it_is_sent() {
    const LARGEST: usize = 32 * 1024;
    let (_server, addresses) = server();
    for (address, path) in addresses.iter().zip(["/livez", "/metrics"]) {
        let head = |length: usize, filler: &str| {
            let begin = format!("GET {path} HTTP/1.1\r\nHost: latchkey\r\nConnection: close\r\nX-Large: ");
            let left = length - begin.len() - "\r\n\r\n".len();
            format!("{begin}{}x\r\n\r\n", filler.repeat(left - 1))
        };
        for filler in ["x", " "] {
            for (length, expected) in [(LARGEST, 200), (LARGEST + 1, 431), (48 * 1024, 431), (200 * 1024, 431)] {
                let head = head(length, filler);
                assert_eq!(head.len(), length);
                assert_eq!(status(&answer_to(address, &head).await), expected, "{length} bytes");
                // The same in pieces, whatever their size on arrival.
                let mut connection = TcpStream::connect(address).await.unwrap();
                for piece in head.as_bytes().chunks(10_000) {
                    let _ = connection.write_all(piece).await;
                    tokio::task::yield_now().await;
                }
                let mut answer = String::new();
                connection.read_to_string(&mut answer).await.unwrap();
                assert_eq!(status(&answer), expected, "{length} bytes in pieces");
            }
        }
        let many = "x: y\r\n".repeat(1000);
        let request = format!("GET {path} HTTP/1.1\r\nHost: latchkey\r\n{many}\r\n");
        assert_eq!(status(&answer_to(address, request).await), 431);
    }
}

#[tokio::test]
async fn a_head_after_another_request_has_the_same_limit() {
    let (_server, [address, _]) = server();
    let first = "GET /livez HTTP/1.1\r\nHost: latchkey\r\n\r\n";
    let large = format!("GET /livez HTTP/1.1\r\nHost: latchkey\r\nX-Large: {}\r\n\r\n", "x".repeat(48 * 1024));
    let answer = answer_to(&address, format!("{first}{large}")).await;
    assert!(answer.contains("HTTP/1.1 200 ") && answer.contains("HTTP/1.1 431 "), "{answer}");
}

/// Returns the responses to a request that is much longer than what the server reads, sent by a client that reads only
/// after it has sent everything.
async fn answer_to_much(address: &str, head: &str, chunks: impl Iterator<Item = Vec<u8>>) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    for chunk in chunks {
        connection.write_all(&chunk).await.unwrap_or_else(|error| panic!("{head}: {error}"));
    }
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap_or_else(|error| panic!("{head}: {error}"));
    answer
}

#[tokio::test]
async fn a_client_that_sends_all_before_it_reads_gets_every_early_refusal() {
    const MUCH: usize = 5_000_000;
    let (_server, [address, metrics]) = server();
    let bearer = "Authorization: Bearer nonsense\r\n";
    let json = "Content-Type: application/json\r\n";
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (address, request, headers, expected) in [
        (&address, "POST /api/sign-in", json, 413),
        (&address, "POST /api/sign-in", "Content-Type: text/plain\r\n", 415),
        (&address, "POST /api/sign-in", "Content-Type: application/json\r\nSec-Fetch-Site: cross-site\r\n", 403),
        (&address, "POST /api/nothing", json, 404),
        (&address, "PUT /api/sign-in", json, 405),
        (&address, "POST /oauth/token", form, 413),
        (&address, "POST /oauth/introspect", form, 413),
        (&address, "POST /oauth/revoke", form, 413),
        (&address, "POST /oauth/token", json, 400),
        (&address, "PUT /oauth/token", form, 405),
        (&address, "POST /oauth/nothing", form, 404),
        (&address, "POST /verify", bearer, 401),
        (&address, "POST /api/v1/ping", bearer, 405),
        (&address, "POST /access-keys", json, 405),
        (&address, "POST /livez", json, 405),
        (&address, "POST /api/sign-in", "Host: twice\r\nContent-Type: application/json\r\n", 400),
        (&address, "POST /api/sign-in", "Content-Type: application/json\r\nContent-Type: text/plain\r\n", 400),
        (&metrics, "POST /metrics", json, 404),
    ] {
        let head = format!("{request} HTTP/1.1\r\nHost: latchkey\r\n{headers}");
        let declared = format!("{head}Content-Length: {MUCH}\r\n\r\n");
        let parts = std::iter::repeat_n(vec![b' '; 50_000], MUCH / 50_000);
        let answer = answer_to_much(address, &declared, parts).await;
        assert_eq!(status(&answer), expected, "{request}: {answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");

        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        let chunk = [b"c350\r\n", &vec![b' '; 50_000][..], b"\r\n"].concat();
        let chunks = std::iter::repeat_n(chunk, MUCH / 50_000).chain([b"0\r\n\r\n".to_vec()]);
        let answer = answer_to_much(address, &chunked, chunks).await;
        assert_eq!(status(&answer), expected, "{request}, chunked: {answer}");
    }
}

#[tokio::test]
async fn a_small_unread_body_does_not_end_the_connection() {
    let (_server, [address, _]) = server();
    let request = "POST /api/nothing HTTP/1.1\r\nHost: latchkey\r\nContent-Length: 2\r\n\r\n{}";
    let last = "GET /livez HTTP/1.1\r\nHost: latchkey\r\nConnection: close\r\n\r\n";
    let answer = answer_to(&address, format!("{request}{request}{last}")).await;
    assert_eq!((answer.matches("HTTP/1.1 404 ").count(), answer.matches("HTTP/1.1 200 ").count()), (2, 1), "{answer}");
}

#[tokio::test]
async fn a_small_unread_body_that_arrives_late_does_not_end_the_connection() {
    let (_server, [address, _]) = server();
    for request in ["POST /api/nothing", "POST /livez", "POST /verify", "DELETE /api/sign-in", "GET /docs/api"] {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        for _ in 0..2 {
            let head = format!("{request} HTTP/1.1\r\nHost: latchkey\r\nContent-Length: 2\r\n\r\n");
            connection.write_all(head.as_bytes()).await.unwrap();
            for part in ["{", "}"] {
                sleep(Duration::from_millis(50)).await;
                connection.write_all(part.as_bytes()).await.unwrap();
            }
        }
        let last = "GET /livez HTTP/1.1\r\nHost: latchkey\r\nConnection: close\r\n\r\n";
        connection.write_all(last.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 3, "{request}: {answer}");
        assert_eq!(answer.matches("connection: close").count(), 1, "{request}: {answer}");
    }
}

#[tokio::test]
async fn a_small_body_that_never_arrives_ends_the_connection_as_announced() {
    let (_server, [address, _]) = server();
    let request = "POST /api/nothing HTTP/1.1\r\nHost: latchkey\r\nContent-Length: 2\r\n\r\n{";
    let answer = answer_to(&address, request.to_owned()).await;
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains("connection: close\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_may_close_its_direction_after_its_request() {
    let (_server, [address, _]) = server();
    for headers in ["", "Connection: close\r\n"] {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        let request = format!("GET /livez HTTP/1.1\r\nHost: latchkey\r\n{headers}\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        connection.shutdown().await.unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{headers:?}");
    }
}

#[tokio::test]
async fn a_client_that_expects_100_continue_is_refused_before_its_body() {
    let (_server, [address, _]) = server();
    let request = "POST /api/sign-in HTTP/1.1\r\nHost: latchkey\r\nContent-Type: application/json\r\n\
                   Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n";
    let mut connection = TcpStream::connect(&address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn contradicting_lengths_are_refused() {
    let (_server, [address, _]) = server();
    for headers in ["Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 2, 3\r\n", "Content-Length: -1\r\n"]
    {
        let request = format!("POST /api/session HTTP/1.1\r\nHost: latchkey\r\n{headers}\r\n{{}}");
        assert_eq!(status(&answer_to(&address, request).await), 400, "{headers}");
    }
}
