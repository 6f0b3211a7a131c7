use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::fallback_response::ErrorFormat;

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const TWO_YEARS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// What keeps browsers from misusing an answer.
const FOR_BROWSERS: [(HeaderName, HeaderValue); 4] = [
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// Where the route has not set another: only pages need scripts.
const NOTHING_IS_LOADED: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
);

/// Who reads an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A program, or a gateway, which has little room for headers.
    Machine,
    /// An OAuth client.
    OAuthClient,
    Browser,
}

impl Reader {
    /// That of a path.
    pub(super) fn of(path: &str, style: ErrorFormat) -> Self {
        match style {
            ErrorFormat::OAuth => Self::OAuthClient,
            ErrorFormat::Verification => Self::Machine,
            ErrorFormat::Problem if path == "/livez" || path == "/readyz" => Self::Machine,
            ErrorFormat::Problem if path.starts_with("/api/v1/") || path.starts_with("/.well-known/") => Self::Machine,
            ErrorFormat::Problem => Self::Browser,
        }
    }
}

/// Sets the headers that keep an answer from being misused, and from being kept where its route has not said otherwise.
/// HTML has those for browsers at any path.
pub(super) fn set(headers: &mut HeaderMap, reader: Reader, is_https: bool) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    if reader == Reader::OAuthClient {
        // RFC 6749 §5.1 wants it beside no-store.
        headers.insert(header::PRAGMA, NO_CACHE);
    }
    if reader == Reader::Browser || is_html(headers) {
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
    fn machines_are_told_from_browsers_by_the_path() {
        for (path, reader) in [
            ("/api/v1/ping", Reader::Machine),
            ("/api/v1/nothing", Reader::Machine),
            ("/verify", Reader::Machine),
            ("/verify/orders/7", Reader::Machine),
            ("/.well-known/jwks.json", Reader::Machine),
            ("/livez", Reader::Machine),
            ("/readyz", Reader::Machine),
            ("/oauth/token", Reader::OAuthClient),
            ("/api/session", Reader::Browser),
            ("/access-keys", Reader::Browser),
            ("/verify-email", Reader::Browser),
            ("/livez/", Reader::Browser),
            ("/", Reader::Browser),
        ] {
            assert_eq!(Reader::of(path, ErrorFormat::of(path)), reader, "{path}");
        }
    }

    #[test]
    fn html_has_the_headers_for_browsers_at_any_path() {
        for reader in [Reader::Machine, Reader::OAuthClient, Reader::Browser] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            set(&mut headers, reader, false);
            assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY), "{reader:?}");
            assert!(FOR_BROWSERS.iter().all(|(name, _)| headers.contains_key(name)), "{reader:?}");
        }
    }
}
