//! Reading a request's body, and no more of it than any call needs.

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

/// The largest body that any call needs, in bytes.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

/// How much of a body that is too large is thrown away, so that whoever sends it without asking gets to read the answer: a
/// connection that is closed on what has not been read is reset (RFC 9112 §9.6). In bytes.
const MOST_THROWN_AWAY: usize = 1024 * 1024;

/// How long a body may take to arrive. It is small: whoever takes longer holds a connection, and sends nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnreadableBody {
    /// It is, or says that it is, larger than [`LARGEST_BODY`].
    TooLarge,
    /// The connection broke off, or nothing more came.
    BrokenOff,
}

/// Reads the body of a request. One that says it is too large is refused before any of it is read.
pub(crate) async fn read(body: Body) -> Result<Bytes, UnreadableBody> {
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        tokio::spawn(throw_away(body));
        return Err(UnreadableBody::TooLarge);
    }
    let reading = timeout(LONGEST_WAIT, axum::body::to_bytes(body, LARGEST_BODY));
    reading.await.map_err(|_| UnreadableBody::BrokenOff)?.map_err(|error| {
        let too_large = error.source().is_some_and(<dyn Error>::is::<LengthLimitError>);
        if too_large { UnreadableBody::TooLarge } else { UnreadableBody::BrokenOff }
    })
}

/// Reads on beside the answer, within bounds.
async fn throw_away(body: Body) {
    let mut body = Limited::new(body, MOST_THROWN_AWAY);
    let reading = async { while let Some(Ok(_)) = body.frame().await {} };
    // Whoever takes longer has had the time to read.
    let _ = timeout(LONGEST_WAIT, reading).await;
}

/// The same request with its body in memory.
pub(crate) async fn read_in(request: Request) -> Result<Request, UnreadableBody> {
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, Body::from(read(body).await?)))
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::StatusCode, routing::post};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        time::sleep,
    };

    use super::*;

    #[tokio::test]
    async fn whoever_sends_too_much_gets_to_read_the_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let refuse = async |body: Body| match read(body).await {
            Err(UnreadableBody::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::OK,
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(refuse))).await });

        let mut connection = TcpStream::connect(address).await.unwrap();
        let part = vec![b'x'; 100_000];
        let head = format!(
            "POST / HTTP/1.1\r\nhost: latchkey\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            8 * part.len()
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..8 {
            // Time enough for a reset to come, if there is one.
            sleep(Duration::from_millis(20)).await;
            connection.write_all(&part).await.unwrap();
        }
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    }
}
