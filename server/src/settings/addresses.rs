//! Settings about addresses: where the server listens, how it is reached, and which proxies it trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};

use ipnet::IpNet;
use latchkey_engine::verification::{Audience, InvalidAudience};
use url::Url;

use super::{
    error::SettingError,
    origin::{InvalidOrigin, Origin},
    parse::{list, non_blank, parse_bool},
};

/// Where metrics are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricsListen {
    Off,
    /// The default address, which another process may already use. Then the server starts without metrics.
    IfFree(SocketAddr),
    On(SocketAddr),
}

/// The default of `LATCHKEY_LISTEN`.
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// Where Prometheus looks, by the convention of OpenTelemetry's exporters.
const DEFAULT_METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);

pub(super) fn listen(given: Option<String>) -> Result<SocketAddr, SettingError> {
    let Some(given) = non_blank(given) else { return Ok(DEFAULT_LISTEN) };
    address(&given).ok_or(SettingError::Listen(given))
}

/// Parses an address and a port, or a host name and a port. Of several addresses of a name, the first IPv4 address is
/// used: `localhost` is 127.0.0.1.
fn address(given: &str) -> Option<SocketAddr> {
    if let Ok(address) = given.parse() {
        return Some(address);
    }
    // An IPv6 address without brackets may end in what looks like a port.
    let (host, _) = given.rsplit_once(':').filter(|(host, _)| !host.is_empty() && !host.contains(':'))?;
    if host.contains(char::is_whitespace) {
        return None;
    }
    let mut addresses: Vec<SocketAddr> = given.to_socket_addrs().ok()?.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    addresses.first().copied()
}

/// Parses a contact as in RFC 9116 §2.5.3: a URI with `https`, `mailto` or `tel`. An e-mail address gets its scheme.
pub(super) fn security_contact(given: Option<String>) -> Result<Option<String>, SettingError> {
    let Some(given) = non_blank(given) else { return Ok(None) };
    let is_one_line = given.bytes().all(|byte| byte.is_ascii_graphic());
    let uri = if given.contains('@') && !given.contains(':') { format!("mailto:{given}") } else { given.clone() };
    let is_contact = Url::parse(&uri).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "mailto" => url.path().contains('@'),
        "tel" => !url.path().is_empty(),
        _ => false,
    });
    if is_one_line && is_contact { Ok(Some(uri)) } else { Err(SettingError::SecurityContact(given)) }
}

pub(super) fn public_url(given: Option<String>) -> Result<Option<String>, SettingError> {
    let Some(given) = non_blank(given) else { return Ok(None) };
    match origin(&given) {
        Some(origin) => Ok(Some(origin)),
        None => Err(SettingError::PublicUrl(given)),
    }
}

/// Returns the origin of a URL that consists of nothing else. Browsers compare it with theirs, and clients with the
/// issuer of a token, character by character.
fn origin(given: &str) -> Option<String> {
    // The parser corrects what it can: one slash or three, backslashes, line breaks, an empty user name.
    let (scheme, rest) = given.split_once("://")?;
    let is_plain = !rest.starts_with('/')
        && !rest.contains(|character: char| "\\@".contains(character) || character.is_whitespace());
    let url =
        Url::parse(given).ok().filter(|_| is_plain && scheme.chars().all(|letter| letter.is_ascii_alphabetic()))?;
    let host = url.host_str()?;
    let is_origin = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.port() != Some(0)
        && !host.ends_with('.')
        && !host.contains('*');
    is_origin.then(|| url.origin().ascii_serialization())
}

pub(super) fn trusted_proxies(given: Option<&str>) -> Result<Vec<IpNet>, SettingError> {
    let network = |text: &str| {
        let address = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse().or_else(|_| address()).map_err(|_| SettingError::TrustedProxies(text.to_owned()))
    };
    list(given.unwrap_or_default()).map(network).collect()
}

pub(super) fn audiences(given: Option<&str>) -> Result<Vec<Audience>, SettingError> {
    let refused = |error: InvalidAudience| SettingError::Refused("LATCHKEY_AUDIENCE", error.to_string());
    list(given.unwrap_or_default()).map(|part| Audience::parse(part).map_err(refused)).collect()
}

pub(super) fn cors_origins(given: Option<&str>) -> Result<Vec<Origin>, SettingError> {
    let refused = |error: InvalidOrigin| SettingError::Refused("LATCHKEY_CORS_ORIGINS", error.to_string());
    list(given.unwrap_or_default()).map(|part| part.parse().map_err(refused)).collect()
}

/// Parses where metrics are served. The default is a loopback address, because the metrics are internal.
pub(super) fn metrics_listen(given: Option<String>) -> Result<MetricsListen, SettingError> {
    let Some(given) = non_blank(given) else { return Ok(MetricsListen::IfFree(DEFAULT_METRICS)) };
    match parse_bool(&given) {
        Some(true) => Ok(MetricsListen::On(DEFAULT_METRICS)),
        Some(false) => Ok(MetricsListen::Off),
        None => address(&given).map(MetricsListen::On).ok_or(SettingError::MetricsListen(given)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_public_url(given: &str) -> Result<Option<String>, SettingError> {
        public_url(Some(given.to_owned()))
    }

    #[test]
    fn a_security_contact_is_a_uri_on_one_line() {
        let read = |text: &str| security_contact(Some(text.to_owned()));
        assert_eq!(read("security@example.com").unwrap().unwrap(), "mailto:security@example.com");
        for uri in ["mailto:security@example.com", "https://example.com/report", "tel:+44-1632-960000"] {
            assert_eq!(read(uri).unwrap().unwrap(), uri);
        }
        assert!(read(" ").unwrap().is_none());
        for refused in
            ["example.com", "http://example.com", "javascript:alert(1)", "mailto:x", "https://", "a@b\nContact: c@d"]
        {
            assert!(read(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_public_url_is_kept_as_its_origin() {
        for (given, kept) in [
            ("https://keys.example.com/", "https://keys.example.com"),
            (" https://Keys.example.com:443\n", "https://keys.example.com"),
            ("HTTP://10.0.0.2:8080", "http://10.0.0.2:8080"),
            ("http://[2001:db8::1]:3000/", "http://[2001:db8::1]:3000"),
            ("https://schlüssel.example", "https://xn--schlssel-95a.example"),
        ] {
            assert_eq!(read_public_url(given).unwrap().as_deref(), Some(kept));
        }
        assert_eq!((read_public_url("").unwrap(), read_public_url("  ").unwrap()), (None, None));
    }

    #[test]
    fn anything_but_an_origin_is_refused() {
        for given in [
            "keys.example.com",
            "localhost:3000",
            "//keys.example.com",
            "ftp://x",
            "https://x/path",
            "https://x//",
            "https://x/?a",
            "https://x?",
            "https://x/#f",
            "https://x#",
            "https://x.",
            "https://x.:443",
            "https://*.example.com",
            "https://x:0",
            "https://x:port",
            "https:x",
            "https:/x",
            "https:///x",
            "https:\\\\x",
            "https://x\\y",
            "https://x y",
            "https://x\n.example",
            "https://",
            "\"https://x\"",
            "https://x, https://y",
        ] {
            let line = read_public_url(given).unwrap_err().to_string();
            assert!(line.starts_with("LATCHKEY_PUBLIC_URL must be") && !line.contains('\n'), "{line}");
            assert!(line.contains("https://keys.example.com"), "{line}");
        }
        for given in ["https://ana:hunter2@x", "https://hunter2@x", "https://@x"] {
            let line = read_public_url(given).unwrap_err().to_string();
            assert!(!line.contains("hunter2"), "{line}");
        }
    }

    #[test]
    fn an_address_has_a_port_and_no_scheme() {
        for (given, read) in [
            ("127.0.0.1:3000", "127.0.0.1:3000"),
            (" 0.0.0.0:3000 ", "0.0.0.0:3000"),
            ("[::]:3000", "[::]:3000"),
            ("localhost:3000", "127.0.0.1:3000"),
            ("", "127.0.0.1:3000"),
            (" ", "127.0.0.1:3000"),
        ] {
            assert_eq!(listen(Some(given.to_owned())).unwrap().to_string(), read, "{given:?}");
        }
        assert_eq!(listen(None).unwrap(), DEFAULT_LISTEN);
        for given in [
            ":3000",
            "3000",
            "0.0.0.0",
            "http://0.0.0.0:3000",
            "*:3000",
            "::1:3000",
            "0.0.0.0:65536",
            "0.0.0.0:",
            "\"0.0.0.0:3000\"",
            "a b:1",
        ] {
            let line = listen(Some(given.to_owned())).unwrap_err().to_string();
            assert!(line.contains("0.0.0.0:3000 for all addresses") && line.contains(&format!("{given:?}")), "{line}");
        }
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let proxies = trusted_proxies(Some("127.0.0.1, 10.0.0.0/8,,fd00::/8,")).unwrap();
        assert_eq!(proxies.len(), 3);
        assert_eq!(trusted_proxies(Some(" ")).unwrap(), []);
        for given in
            ["proxy", "10.0.0.0/33", "10.0.0.1:80", "http://10.0.0.1", "*", "10.0.0.0/8 fd00::/8", "\"10.0.0.1\""]
        {
            let refused = trusted_proxies(Some(&format!("10.0.0.0/8, {given}")));
            assert!(matches!(refused, Err(SettingError::TrustedProxies(text)) if text == given));
        }
    }

    #[test]
    fn metrics_are_served_on_loopback_on_another_address_or_not_at_all() {
        let read = |given: &str| metrics_listen(Some(given.to_owned()));
        for blank in [metrics_listen(None), read(""), read(" ")] {
            assert!(matches!(blank, Ok(MetricsListen::IfFree(address)) if address.ip().is_loopback()));
        }
        for off in ["off", "OFF", "false", "no", "0"] {
            assert!(matches!(read(off), Ok(MetricsListen::Off)), "{off}");
        }
        assert!(matches!(read("on"), Ok(MetricsListen::On(address)) if address == DEFAULT_METRICS));
        assert!(matches!(read("10.0.0.2:9000"), Ok(MetricsListen::On(address)) if address.port() == 9000));
        assert!(matches!(read("9000"), Err(SettingError::MetricsListen(text)) if text == "9000"));
    }
}
