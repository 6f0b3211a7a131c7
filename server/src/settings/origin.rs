use std::str::FromStr;

use axum::http::HeaderValue;
use thiserror::Error;
use url::Url;

/// An origin in the form in which browsers send it in `Origin` (RFC 6454 §6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Box<str>);

/// A text that is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("write each origin as https://app.example.com: a scheme and a host, no path, and no wildcard")]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(text).map_err(|_| InvalidOrigin)?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
            && matches!(url.path(), "" | "/");
        let host =
            url.host_str().filter(|host| is_bare && !host.is_empty() && !host.contains('*')).ok_or(InvalidOrigin)?;
        let origin = url.origin();
        if origin.is_tuple() {
            return Ok(Self(origin.ascii_serialization().into()));
        }
        // A scheme that is not the web's belongs to an application or to a browser extension.
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("{}://{}{port}", url.scheme(), host.to_ascii_lowercase()).into()))
    }
}

impl PartialEq<HeaderValue> for Origin {
    fn eq(&self, sent: &HeaderValue) -> bool {
        sent.as_bytes() == self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (given, sent) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://App.Example.com:443/", "https://app.example.com"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://[::1]:80", "http://[::1]"),
            ("https://müller.example", "https://xn--mller-kva.example"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop"),
        ] {
            assert!(given.parse::<Origin>().unwrap() == HeaderValue::from_static(sent), "{given}");
        }
    }

    #[test]
    fn anything_but_an_origin_is_refused() {
        for given in [
            "",
            "*",
            "null",
            "app.example.com",
            "https://",
            "https://*.example.com",
            "https://app.example.com/path",
            "https://app.example.com?x",
            "https://app.example.com#x",
            "https://ana@app.example.com",
            "data:text/html,x",
            "file:///",
        ] {
            assert_eq!(given.parse::<Origin>(), Err(InvalidOrigin), "{given:?}");
        }
    }
}
