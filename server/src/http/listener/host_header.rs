use std::net::Ipv6Addr;

use axum::http::{HeaderMap, HeaderValue, Method, Version, header::HOST, request::Parts};

/// Why a request is refused before routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InvalidHost {
    Missing,
    Several,
    Malformed,
}

impl InvalidHost {
    pub(super) fn detail(self) -> &'static str {
        match self {
            Self::Missing => "The Host header is missing (RFC 9112, section 3.2).",
            Self::Several => "There is more than one Host header (RFC 9112, section 3.2).",
            Self::Malformed => "The Host header is not a host and an optional port (RFC 9112, section 3.2).",
        }
    }
}

/// Checks that a request names its host exactly once (RFC 9112 §3.2); HTTP/1.0 may omit it. If the request target is in
/// absolute form, it overrides the header (§3.2.2), which is set to it.
pub(super) fn check(request: &mut Parts) -> Result<(), InvalidHost> {
    check_header(&request.headers, request.version)?;
    let Some(authority) = request.uri.authority() else { return Ok(()) };
    if !is_host(authority.as_str().as_bytes()) {
        return Err(InvalidHost::Malformed);
    }
    if request.method != Method::CONNECT {
        let host = HeaderValue::try_from(authority.as_str()).map_err(|_| InvalidHost::Malformed)?;
        request.headers.insert(HOST, host);
    }
    Ok(())
}

fn check_header(headers: &HeaderMap, version: Version) -> Result<(), InvalidHost> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host.as_bytes()) => Ok(()),
        (Some(_), None) => Err(InvalidHost::Malformed),
        (Some(_), Some(_)) => Err(InvalidHost::Several),
        (None, _) if version <= Version::HTTP_10 => Ok(()),
        (None, _) => Err(InvalidHost::Missing),
    }
}

/// Returns whether a text is `uri-host [ ":" port ]` with a host that is not empty (RFC 3986 §3.2.2, RFC 9110 §4.2.1).
fn is_host(text: &[u8]) -> bool {
    let (host_is_valid, rest) = if let Some(literal) = text.strip_prefix(b"[") {
        let Some(end) = literal.iter().position(|byte| *byte == b']') else { return false };
        (is_ipv6_literal(&literal[..end]), &literal[end + 1..])
    } else {
        let end = text.iter().position(|byte| *byte == b':').unwrap_or(text.len());
        (is_reg_name(&text[..end]), &text[end..])
    };
    host_is_valid
        && (rest.is_empty() || rest.strip_prefix(b":").is_some_and(|port| port.iter().all(u8::is_ascii_digit)))
}

fn is_ipv6_literal(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}

/// Returns whether a text is a `reg-name`. An IPv4 address is one, too.
fn is_reg_name(text: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let is_allowed = match byte {
            b'%' => bytes.by_ref().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2,
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => {
                true
            }
            byte => byte.is_ascii_alphanumeric(),
        };
        if !is_allowed {
            return false;
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_an_optional_port() {
        for host in [
            "latchkey",
            "keys.example.com",
            "keys.example.com:443",
            "10.0.0.2:3000",
            "[::1]:3000",
            "[2001:db8::7]",
            "my_service:",
            "m%C3%BCller.example",
            "localhost.",
        ] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
        for host in [
            "",
            ":3000",
            " ",
            "a b",
            "a, b",
            "a@b",
            "user:password@host",
            "http://latchkey",
            "latchkey/verify",
            "latchkey?x",
            "a#b",
            "a\\b",
            "latchkey:port",
            "latchkey:1:2",
            "::1",
            "[::1",
            "[]",
            "[latchkey]",
            "[::1]3000",
            "[::1]x:1",
            "a%zz",
            "a%4",
            "\"a\"",
            "<a>",
            "mü.example",
        ] {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
        assert!(!is_host(b"a\xff") && !is_host(b"a\tb"));
    }

    fn checked(version: Version, uri: &str, hosts: &[&str]) -> Result<Option<String>, InvalidHost> {
        let mut request = Request::builder().version(version).uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        check(&mut parts)?;
        Ok(parts.headers.get(HOST).map(|host| host.to_str().unwrap().to_owned()))
    }

    #[test]
    fn http_1_1_requires_one_host_and_http_1_0_allows_none() {
        let (old, new) = (Version::HTTP_10, Version::HTTP_11);
        assert_eq!(checked(new, "/livez", &[]), Err(InvalidHost::Missing));
        assert_eq!(checked(old, "/livez", &[]), Ok(None));
        for version in [old, new] {
            assert_eq!(checked(version, "/", &["a"]), Ok(Some("a".to_owned())));
            assert_eq!(checked(version, "/", &["a", "a"]), Err(InvalidHost::Several));
            assert_eq!(checked(version, "/", &["a b"]), Err(InvalidHost::Malformed));
            assert_eq!(checked(version, "/", &[""]), Err(InvalidHost::Malformed));
        }
    }

    #[test]
    fn an_absolute_request_target_overrides_the_host_header() {
        let checked = |uri, hosts| checked(Version::HTTP_11, uri, hosts);
        assert_eq!(checked("http://a:3000/livez", &["b"]), Ok(Some("a:3000".to_owned())));
        assert_eq!(checked("http://a/livez", &[]), Err(InvalidHost::Missing));
        assert_eq!(checked("http://a/livez", &["b", "c"]), Err(InvalidHost::Several));
        assert_eq!(checked("http://user@a/livez", &["a"]), Err(InvalidHost::Malformed));
    }
}
