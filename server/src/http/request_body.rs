//! Reading a request's body, and no more of it than any call needs.

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// The largest body that any call needs, in bytes.
pub(crate) const MAX_BODY_SIZE: usize = 64 * 1024;

/// How long a body may take to arrive. It is small: whoever takes longer holds a connection, and sends nothing.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is, or says that it is, larger than [`MAX_BODY_SIZE`].
    TooLarge,
    /// The connection broke off, or nothing more came.
    Incomplete,
}

/// Reads the body of a request. One that says it is too large is refused before any of it is read; the listener throws
/// away what the client goes on sending.
pub(crate) async fn read(body: Body) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > MAX_BODY_SIZE as u64 {
        return Err(BodyError::TooLarge);
    }
    let reading = timeout(READ_TIMEOUT, axum::body::to_bytes(body, MAX_BODY_SIZE));
    reading.await.map_err(|_| BodyError::Incomplete)?.map_err(|error| {
        let too_large = error.source().is_some_and(<dyn Error>::is::<LengthLimitError>);
        if too_large { BodyError::TooLarge } else { BodyError::Incomplete }
    })
}

/// The same request with its body in memory.
pub(crate) async fn buffer(request: Request) -> Result<Request, BodyError> {
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, Body::from(read(body).await?)))
}
