use std::{ops::Deref, sync::Arc, time::Duration};

use ipnet::IpNet;
use latchkey_credentials::Engine;

use super::{refusal_limiter::RefusalLimiter, untrusted_proxy::UntrustedProxy};
use crate::{lifecycle::Lifecycle, observability::metrics::Metrics, settings::Origin};

/// What every route may need. Each request has a clone, so it is one pointer; and each thread's requests share one of their
/// own, for to count the clones of one pointer, threads would wait for each other.
#[derive(Clone)]
pub struct ServerState(Arc<SharedState>);

/// What all requests share. Clones are the same server.
#[derive(Clone)]
pub struct SharedState {
    /// The engine.
    pub engine: Engine,
    /// The origin of the public URL (RFC 6454), if the operator has set one; requests of browsers must come from it.
    pub public_origin: Option<String>,
    /// The networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The origins whose pages may call the token endpoint.
    pub cors_origins: Vec<Origin>,
    /// A proxy that is not among them.
    pub untrusted_proxy: UntrustedProxy,
    /// Where to report a vulnerability, as a URI (RFC 9116 §2.5.3), if the operator has set it.
    pub security_contact: Option<String>,
    /// What is counted.
    pub metrics: Metrics,
    /// What wrong credentials wait by.
    pub refusal_limiter: RefusalLimiter,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// Whether the server is about to end.
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
