use std::sync::Arc;

use ipnet::IpNet;
use latchkey_credentials::Engine;

use crate::refusals::Refusals;

/// What every route may need.
#[derive(Clone)]
pub struct ServerState {
    /// The engine.
    pub engine: Engine,
    /// The origin of the public URL (RFC 6454), if the operator has set one; requests of browsers must come from it.
    pub public_origin: Option<Arc<str>>,
    /// The networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpNet]>,
    /// What wrong credentials wait by.
    pub refusals: Arc<Refusals>,
}
