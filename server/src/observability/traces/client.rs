use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;

/// How much of a collector's response is read, in bytes. Responses are short.
const LARGEST_ANSWER: u64 = 64 * 1024;

/// Sends exported traces. It blocks, on a thread that does nothing else.
#[derive(Debug)]
pub(super) struct Client(Agent);

impl Client {
    pub(super) fn new(timeout: Duration) -> Self {
        // No proxy and no redirects: traces go to the configured address and nowhere else.
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build();
        Self(config.into())
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(parts, &body[..]))?;
        let (parts, mut body) = answer.into_parts();
        let body = body.with_config().limit(LARGEST_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(parts, body.into()))
    }
}
