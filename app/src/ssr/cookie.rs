//! Cookies that scripts never see.

use http::{HeaderMap, HeaderValue, header};
use latchkey_credentials::Engine;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::engine;

/// A cookie, by its name. Over https the browser itself guarantees, by a prefix, that no other host and no plain
/// connection has set it (RFC 6265bis §4.1.3.2).
pub(super) struct Cookie {
    pub(super) over_http: &'static str,
    pub(super) over_https: &'static str,
}

impl Cookie {
    fn is_pinned(engine: &Engine) -> bool {
        engine.issuer().starts_with("https://")
    }

    /// What the request brings, if it brings the cookie.
    pub(super) fn read<'h>(&self, engine: &Engine, headers: &'h HeaderMap) -> Option<&'h str> {
        value_of(if Self::is_pinned(engine) { self.over_https } else { self.over_http }, headers)
    }

    /// Gives it to the browser with the reply.
    pub(super) fn set(&self, value: &str, seconds: u64) {
        let cookie = engine().ok().and_then(|engine| self.to_set(Self::is_pinned(&engine), value, seconds));
        if let (Some(cookie), Some(response)) = (cookie, use_context::<ResponseOptions>()) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }

    fn to_set(&self, is_pinned: bool, value: &str, seconds: u64) -> Option<HeaderValue> {
        let (name, pin) = if is_pinned { (self.over_https, "; Secure") } else { (self.over_http, "") };
        let cookie = format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{pin}");
        let mut header = HeaderValue::from_str(&cookie).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

fn value_of<'h>(name: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut pairs = pairs.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(cookie, _)| *cookie == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; latchkey_session=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(value_of("latchkey_session", &headers), Some("abc"));
        assert_eq!(value_of("session", &headers), None);
        assert_eq!(value_of("__Host-latchkey_session", &headers), None);
    }

    #[test]
    fn scripts_never_see_a_cookie_and_https_pins_it() {
        let cookie = Cookie { over_http: "latchkey_session", over_https: "__Host-latchkey_session" };
        let plain = cookie.to_set(false, "abc", 60).unwrap();
        assert_eq!(plain, "latchkey_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        let pinned = cookie.to_set(true, "abc", 60).unwrap();
        assert_eq!(pinned, "__Host-latchkey_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(plain.is_sensitive() && pinned.is_sensitive(), "no log shows them");
    }
}
