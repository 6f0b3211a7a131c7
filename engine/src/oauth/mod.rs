//! The OAuth 2.0 endpoints of clients: issuing, introspecting and revoking access tokens (RFC 6749, 7662, 7009).

mod assertion_claims;
mod assertion_refusal;
mod authenticate;
mod client_assertion;
mod client_authentication;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod fuzzing;
#[cfg(test)]
mod hostile_tokens;
mod introspect;
mod issue_token;
mod revoke_token;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

pub use client_authentication::ClientAuthentication;
pub use introspect::{IntrospectError, Introspection};
pub use issue_token::{IssueTokenError, IssuedToken};
use latchkey_model::id::AccessKeyId;
pub use revoke_token::RevokeTokenError;

use self::assertion_refusal::AssertionRefusalLog;
use crate::{
    call_writes::CallWrites, cluster::Cluster, key_cache::KeyCache, limits::Limits, random::Random,
    rate_limit::RateLimiter, signing::SigningKeys, time::Clock, usage::Usage, verification::Verification,
};

/// What [`OAuth`] works with.
pub(crate) struct OAuthParts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) key_cache: Arc<KeyCache>,
    pub(crate) usage: Arc<Usage>,
    pub(crate) signing_keys: Arc<SigningKeys>,
    pub(crate) call_writes: Arc<CallWrites>,
    pub(crate) verification: Arc<Verification>,
    pub(crate) issuer: String,
    /// The default lifetime of access tokens.
    pub(crate) token_lifetime: Duration,
    /// The longest lifetime of a client's assertion.
    pub(crate) assertion_lifetime: Duration,
    pub(crate) limits: Limits,
}

/// Issues, introspects and revokes access tokens.
pub struct OAuth {
    parts: OAuthParts,
    revocations: RateLimiter<AccessKeyId>,
    revoked: AtomicU64,
    assertion_refusals: AssertionRefusalLog,
}

impl OAuth {
    pub(crate) fn new(parts: OAuthParts) -> Self {
        let per_minute = parts.limits.revocations;
        Self {
            revocations: RateLimiter::new(per_minute, Duration::from_mins(1) / per_minute.max(1)),
            revoked: AtomicU64::new(0),
            assertion_refusals: AssertionRefusalLog::default(),
            parts,
        }
    }

    /// Returns how many access tokens were revoked by their clients, since the start.
    pub(crate) fn revoked_token_count(&self) -> u64 {
        self.revoked.load(Ordering::Relaxed)
    }

    /// Removes rate-limited clients that are at rest, so that memory stays bounded.
    pub(crate) fn purge_rate_limits(&self) {
        self.revocations.purge();
    }
}
