//! Cookies that scripts never see.

use cookie::{Cookie, SameSite, time::Duration};
use http::{HeaderMap, HeaderValue, header};
use latchkey_engine::Engine;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// A cookie that Latchkey sets. Browsers share cookies among all ports of a host, so its name ends in eight characters of
/// the installation's ID. Over https the browser itself guarantees, by a prefix, that no other host and no plain
/// connection has set it (RFC 6265bis §4.1.3.2).
#[derive(Debug, Clone, Copy)]
pub(super) enum LatchkeyCookie {
    /// The session.
    Session,
    /// Identifies a browser that has signed in before. It opens nothing.
    Device,
}

impl LatchkeyCookie {
    const fn stem(self) -> &'static str {
        match self {
            Self::Session => "latchkey_session",
            Self::Device => "latchkey_device",
        }
    }

    /// The cookie's name, the same on all nodes of an installation.
    pub(super) fn name(self, engine: &Engine) -> String {
        let prefix = if is_pinned(engine) { "__Host-" } else { "" };
        format!("{prefix}{}_{}", self.stem(), engine.installation_id().short())
    }

    /// The cookie's value, if the request has the cookie.
    pub(super) fn read<'h>(self, engine: &Engine, headers: &'h HeaderMap) -> Option<&'h str> {
        value_of(&self.name(engine), headers)
    }

    /// Sets the cookie with the reply. With 0 `seconds` the browser drops it, and no other cookie.
    pub(super) fn set(self, engine: &Engine, value: &str, seconds: u64) {
        let cookie = set_cookie(&self.name(engine), is_pinned(engine), value, seconds);
        if let (Some(cookie), Some(response)) = (cookie, use_context::<ResponseOptions>()) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }
}

fn is_pinned(engine: &Engine) -> bool {
    engine.issuer().starts_with("https://")
}

fn set_cookie(name: &str, is_pinned: bool, value: &str, seconds: u64) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_pinned)
        .path("/")
        .max_age(Duration::seconds(seconds.try_into().ok()?));
    let mut header = HeaderValue::from_str(&cookie.to_string()).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn value_of<'h>(name: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    let headers = headers.get_all(header::COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut cookies = headers.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).and_then(|cookie| cookie.value_raw())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; latchkey_session_7Hq2mV9c=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(value_of("latchkey_session_7Hq2mV9c", &headers), Some("abc"));
        for other in ["latchkey_session", "latchkey_session_7Hq2mV9d", "__Host-latchkey_session_7Hq2mV9c"] {
            assert_eq!(value_of(other, &headers), None, "{other}");
        }
    }

    #[test]
    fn other_cookies_may_be_malformed_or_quoted() {
        for (text, expected) in [
            ("theme; =x; ;latchkey_session_7Hq2mV9c=abc", Some("abc")),
            ("  latchkey_session_7Hq2mV9c = abc ;a=1", Some("abc")),
            ("name=\"a=b\"; latchkey_session_7Hq2mV9c=a=b", Some("a=b")),
            ("latchkey_session_7Hq2mV9c=\"abc\"", Some("\"abc\"")),
            ("latchkey_session_7Hq2mV9c=%20", Some("%20")),
            ("latchkey_session_7Hq2mV9c=first; latchkey_session_7Hq2mV9c=second", Some("first")),
            ("latchkey_session_7Hq2mV9c=", Some("")),
            ("latchkey_session_7Hq2mV9c", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(header::COOKIE, HeaderValue::from_str(text).unwrap());
            assert_eq!(value_of("latchkey_session_7Hq2mV9c", &headers), expected, "{text}");
        }
    }

    #[test]
    fn scripts_never_see_a_cookie_and_https_pins_it() {
        let plain = set_cookie("latchkey_session_7Hq2mV9c", false, "abc", 60).unwrap();
        assert_eq!(plain, "latchkey_session_7Hq2mV9c=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
        let pinned = set_cookie("__Host-latchkey_session_7Hq2mV9c", true, "abc", 60).unwrap();
        let expected = "__Host-latchkey_session_7Hq2mV9c=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60";
        assert_eq!(pinned, expected);
        assert!(plain.is_sensitive() && pinned.is_sensitive(), "no log shows them");
    }
}
