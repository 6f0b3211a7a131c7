use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// The headers that protect a response in a browser.
const FOR_BROWSERS: [(HeaderName, HeaderValue); 4] = [
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// The default where the route has not set a policy: only pages need scripts.
const NOTHING_IS_LOADED: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
);

/// Who reads the responses of a sub-router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum ClientKind {
    /// A program, or a gateway, which has little room for headers.
    Program,
    /// An OAuth client.
    OAuthClient,
    Browser,
}

/// Sets the headers that protect a response from misuse, and forbids to cache it unless its route says otherwise. HTML
/// always has the headers for browsers.
pub(super) fn set(headers: &mut HeaderMap, client: ClientKind, is_https: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    if client == ClientKind::OAuthClient {
        // RFC 6749 §5.1 requires it in addition to no-store.
        headers.insert(header::PRAGMA, NO_CACHE);
    }
    if client == ClientKind::Browser || is_html(headers) {
        for (name, value) in FOR_BROWSERS {
            headers.insert(name, value);
        }
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING_IS_LOADED);
    }
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_always_has_the_headers_for_browsers() {
        for client in [ClientKind::Program, ClientKind::OAuthClient, ClientKind::Browser] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            set(&mut headers, client, false);
            assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY), "{client:?}");
            assert!(FOR_BROWSERS.iter().all(|(name, _)| headers.contains_key(name)), "{client:?}");
        }
    }
}
