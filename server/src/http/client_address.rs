use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client, as seen through the proxies that the operator trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Returns the client's address. Each proxy appends the address of its peer, so the list is trusted from the right, as
/// long as the proxy that appended an entry is trusted. What an untrusted client wrote at the left never counts.
pub(super) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut forwarded = headers.get_all(X_FORWARDED_FOR).iter().rev();
    let mut hops = forwarded.by_ref().flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    let mut address = peer.to_canonical();
    while is_trusted(address) {
        match hops.next().and_then(parse) {
            Some(hop) => address = hop,
            None => break,
        }
    }
    address
}

/// Parses an entry; some proxies add the port.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let hop = str::from_utf8(hop).ok()?.trim();
    let address = hop.parse().or_else(|_| hop.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_static(value));
        }
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn bytes_that_are_not_utf_8_do_not_hide_the_client() {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(b"\xff, 203.0.113.7").unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let address = client_address("10.0.0.1".parse().unwrap(), &headers, &trusted);
        assert_eq!(address.to_string(), "203.0.113.7");
    }

    #[test]
    fn an_untrusted_peer_is_not_believed() {
        assert_eq!(seen("203.0.113.7", &["192.0.2.1"]), "203.0.113.7");
        assert_eq!(seen("203.0.113.7", &[]), "203.0.113.7");
    }

    #[test]
    fn a_trusted_proxy_is_believed_about_its_peer_only() {
        assert_eq!(seen("10.0.0.1", &["192.0.2.1, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(seen("10.0.0.1", &["192.0.2.1, 203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(seen("10.0.0.1", &["192.0.2.1", "203.0.113.7", "10.0.0.2"]), "203.0.113.7");
        assert_eq!(seen("fd00::1", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn malformed_lists_end_at_the_last_known_hop() {
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(seen("10.0.0.1", &["203.0.113.7, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.7:4711"]), "203.0.113.7");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:203.0.113.7"]), "203.0.113.7");
    }
}
