use std::{ops::Deref, sync::Arc, time::Duration};

use ipnet::IpNet;
use latchkey_engine::Engine;

use super::{refusal_limiter::RefusalLimiter, untrusted_proxy::UntrustedProxy};
use crate::{lifecycle::Lifecycle, observability::metrics::Metrics, settings::Origin};

/// The state that routes use. It is one pointer, because each request has a clone. Each thread has its own allocation:
/// if all threads counted the clones of one pointer, they would wait for each other.
#[derive(Clone)]
pub struct ServerState(Arc<SharedState>);

/// The state that all requests share. Clones belong to the same server.
#[derive(Clone)]
pub struct SharedState {
    /// The engine.
    pub engine: Engine,
    /// The origin of the public URL (RFC 6454), if the operator has set one. Requests of browsers must come from it.
    pub public_origin: Option<String>,
    /// The networks of the proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The origins whose pages may call the token endpoint.
    pub cors_origins: Vec<Origin>,
    /// A proxy that is in none of these networks, if one was seen.
    pub untrusted_proxy: UntrustedProxy,
    /// Where to report a vulnerability, as a URI (RFC 9116 §2.5.3), if the operator has set it.
    pub security_contact: Option<String>,
    /// The metrics.
    pub metrics: Metrics,
    /// Delays refusals of wrong credentials.
    pub refusal_limiter: RefusalLimiter,
    /// The timeout of a request.
    pub request_timeout: Duration,
    /// Whether the server is about to stop.
    pub lifecycle: Lifecycle,
}

impl From<SharedState> for ServerState {
    fn from(shared: SharedState) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for ServerState {
    type Target = SharedState;

    fn deref(&self) -> &SharedState {
        &self.0
    }
}
