//! Keeps other sites from acting with a member's cookie.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, Method, header},
};
use latchkey_model::problem::ProblemKind;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Checks that a request that may change something does not come from another site.
///
/// # Errors
/// The kind of problem to answer with.
pub(super) fn check(request: &Request, public_origin: Option<&str>) -> Result<(), ProblemKind> {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if harmless {
        return Ok(());
    }
    check_headers(request.headers(), public_origin)
}

/// Checks the headers. Browsers say which site a request comes from, in `Sec-Fetch-Site` or else in `Origin`, and no
/// page can change that. A request with neither header comes from a script, or from a form of a browser that is too old
/// to send them. A form cannot send JSON, and always sends a content type.
///
/// If a header occurs more than once, every value has to pass, because it is not known which one the browser has sent.
fn check_headers(headers: &HeaderMap, public_origin: Option<&str>) -> Result<(), ProblemKind> {
    let passes = |is_good: bool| if is_good { Ok(()) } else { Err(ProblemKind::CrossSite) };
    if headers.contains_key(SEC_FETCH_SITE) {
        return passes(headers.get_all(SEC_FETCH_SITE).iter().all(|site| site == "same-origin"));
    }
    if headers.contains_key(header::ORIGIN) {
        let mut origins = headers.get_all(header::ORIGIN).iter().map(|origin| origin.to_str().unwrap_or_default());
        return passes(origins.all(|origin| is_same_origin(origin, public_origin, headers)));
    }
    let mut content_types = headers.get_all(header::CONTENT_TYPE).iter();
    if content_types.all(|value| is_json(value.to_str().unwrap_or_default())) {
        Ok(())
    } else {
        Err(ProblemKind::UnsupportedMediaType)
    }
}

/// Without a public URL, the host of the request counts as the server's own.
fn is_same_origin(origin: &str, public_origin: Option<&str>, headers: &HeaderMap) -> bool {
    if let Some(public_origin) = public_origin {
        return origin.eq_ignore_ascii_case(public_origin);
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    host.zip(authority).is_some_and(|(host, authority)| host.eq_ignore_ascii_case(authority))
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check_pairs(pairs: &[(&'static str, &'static str)], public_origin: Option<&str>) -> Result<(), ProblemKind> {
        let headers =
            pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let mut map = HeaderMap::new();
        headers.for_each(|(name, value)| {
            map.append(name, value);
        });
        check_headers(&map, public_origin)
    }

    #[test]
    fn fetch_metadata_decides_if_present() {
        assert_eq!(check_pairs(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], None), Ok(()));
        for site in ["same-site", "cross-site", "none", ""] {
            let headers = [("sec-fetch-site", site), ("content-type", "application/json")];
            assert_eq!(check_pairs(&headers, None), Err(ProblemKind::CrossSite), "{site}");
        }
    }

    #[test]
    fn every_value_of_a_repeated_header_has_to_pass() {
        for (name, good, bad) in [
            ("sec-fetch-site", "same-origin", "cross-site"),
            ("origin", "https://keys.example.com", "https://evil.example"),
            ("content-type", "application/json", "text/plain"),
        ] {
            let public = Some("https://keys.example.com");
            assert_eq!(check_pairs(&[(name, good), (name, good)], public), Ok(()), "{name}");
            for values in [[good, bad], [bad, good], [bad, bad]] {
                assert!(check_pairs(&values.map(|value| (name, value)), public).is_err(), "{name}: {values:?}");
            }
        }
    }

    #[test]
    fn without_fetch_metadata_the_origin_must_be_the_public_url() {
        let public = Some("https://keys.example.com");
        assert_eq!(check_pairs(&[("origin", "https://keys.example.com")], public), Ok(()));
        for origin in ["http://keys.example.com", "https://keys.example.com:8443", "https://evil.example", "null", ""] {
            let headers = [("origin", origin), ("host", "evil.example")];
            assert_eq!(check_pairs(&headers, public), Err(ProblemKind::CrossSite), "{origin}");
        }
    }

    #[test]
    fn without_a_public_url_the_origin_must_be_the_requests_host() {
        assert_eq!(check_pairs(&[("origin", "http://10.0.0.2:3000"), ("host", "10.0.0.2:3000")], None), Ok(()));
        for origin in ["http://10.0.0.2", "http://evil.example", "null"] {
            let headers = [("origin", origin), ("host", "10.0.0.2:3000")];
            assert_eq!(check_pairs(&headers, None), Err(ProblemKind::CrossSite), "{origin}");
        }
    }

    #[test]
    fn without_both_headers_only_content_types_of_no_form_pass() {
        assert_eq!(check_pairs(&[("content-type", "application/json; charset=utf-8")], None), Ok(()));
        assert_eq!(check_pairs(&[], None), Ok(()));
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            let headers = [("content-type", content_type)];
            assert_eq!(check_pairs(&headers, None), Err(ProblemKind::UnsupportedMediaType), "{content_type}");
        }
    }
}
