//! Reading a request's body, and no more of it than any call needs.

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// The largest body that any call needs, in bytes.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

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

/// Reads the body of a request. One that says it is too large is refused before any of it is read; the listener throws
/// away what the client goes on sending.
pub(crate) async fn read(body: Body) -> Result<Bytes, UnreadableBody> {
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Err(UnreadableBody::TooLarge);
    }
    let reading = timeout(LONGEST_WAIT, axum::body::to_bytes(body, LARGEST_BODY));
    reading.await.map_err(|_| UnreadableBody::BrokenOff)?.map_err(|error| {
        let too_large = error.source().is_some_and(<dyn Error>::is::<LengthLimitError>);
        if too_large { UnreadableBody::TooLarge } else { UnreadableBody::BrokenOff }
    })
}

/// The same request with its body in memory.
pub(crate) async fn read_in(request: Request) -> Result<Request, UnreadableBody> {
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, Body::from(read(body).await?)))
}
