//! Detects a proxy that the operator has not declared. All clients behind it seem to have its address: one person's
//! wrong passwords use up the attempts of all, and "last used from" is meaningless.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use axum::http::{HeaderMap, HeaderName, header::FORWARDED};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The first peer that named its client without being trusted. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct UntrustedProxy(Arc<OnceLock<IpAddr>>);

impl UntrustedProxy {
    /// Checks whether a request comes through such a proxy, until one was found; that is logged once. What the peer has
    /// sent is not repeated, because anyone can write it.
    pub(crate) fn observe(&self, peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) {
        if self.0.get().is_some() || !(headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED)) {
            return;
        }
        let peer = peer.to_canonical();
        if trusted.iter().any(|network| network.contains(&peer)) || self.0.set(peer).is_err() {
            return;
        }
        tracing::warn!(
            target: "latchkey::untrusted_proxy",
            %peer,
            "a proxy at this address names its clients, and is not trusted: if it is yours, set \
             LATCHKEY_TRUSTED_PROXIES to its address; otherwise all clients behind it count as one"
        );
    }

    /// Returns the proxy's address, if there was one since the start.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.0.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(requests: &[(&str, &str)]) -> Option<String> {
        let (proxy, trusted) = (UntrustedProxy::default(), ["10.0.0.0/8".parse().unwrap()]);
        for (peer, header) in requests {
            let mut headers = HeaderMap::new();
            if !header.is_empty() {
                let name = HeaderName::try_from(*header).unwrap();
                headers.insert(name, HeaderValue::from_static("for=192.0.2.1"));
            }
            proxy.observe(peer.parse().unwrap(), &headers, &trusted);
        }
        proxy.address().map(|address| address.to_string())
    }

    #[test]
    fn the_first_untrusted_peer_that_names_its_client_is_remembered() {
        assert_eq!(seen(&[("172.17.0.1", "")]), None);
        assert_eq!(seen(&[("10.1.2.3", "x-forwarded-for"), ("::ffff:10.1.2.3", "forwarded")]), None);
        assert_eq!(seen(&[("172.17.0.1", "x-forwarded-for")]).as_deref(), Some("172.17.0.1"));
        assert_eq!(seen(&[("172.17.0.1", "Forwarded")]).as_deref(), Some("172.17.0.1"));
        assert_eq!(seen(&[("::ffff:172.17.0.1", "forwarded")]).as_deref(), Some("172.17.0.1"));
        let several = [("172.17.0.1", ""), ("172.17.0.2", "x-forwarded-for"), ("172.17.0.3", "x-forwarded-for")];
        assert_eq!(seen(&several).as_deref(), Some("172.17.0.2"));
    }
}
