//! Reads the bodies of requests, up to the size that a call needs.

use std::{error::Error, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// The maximum size of a body, in bytes: more than any call needs.
pub(crate) const MAX_BODY_SIZE: usize = 64 * 1024;

/// How long a body may take to arrive. Bodies are small: a client that takes longer only holds a connection.
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyError {
    /// It is larger than [`MAX_BODY_SIZE`], or its `Content-Length` is.
    TooLarge,
    /// The connection ended, or the time was over.
    Incomplete,
}

/// Reads the body of a request. One whose `Content-Length` is too large is refused before any of it is read; the
/// listener discards what the client still sends.
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

/// Returns the same request with its body in memory.
pub(crate) async fn buffer(request: Request) -> Result<Request, BodyError> {
    let (parts, body) = request.into_parts();
    Ok(Request::from_parts(parts, Body::from(read(body).await?)))
}
