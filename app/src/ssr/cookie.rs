//! Cookies that scripts never see.

use http::{HeaderMap, HeaderValue, header};
use latchkey_credentials::Engine;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::engine;

/// A cookie of Latchkey's. Browsers share cookies among all ports of a host, so its name ends in eight characters of
/// the installation's ID. Over https the browser itself guarantees, by a prefix, that no other host and no plain
/// connection has set it (RFC 6265bis §4.1.3.2).
#[derive(Debug, Clone, Copy)]
pub(super) enum Cookie {
    /// The session.
    Session,
    /// What a browser is known by when it signs in again. It opens nothing.
    Device,
}

impl Cookie {
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

    /// Gives it to the browser with the reply. With 0 `seconds` the browser drops it, and no other cookie.
    pub(super) fn set(self, value: &str, seconds: u64) {
        let cookie = engine().ok().and_then(|engine| to_set(&self.name(&engine), is_pinned(&engine), value, seconds));
        if let (Some(cookie), Some(response)) = (cookie, use_context::<ResponseOptions>()) {
            response.append_header(header::SET_COOKIE, cookie);
        }
    }
}

fn is_pinned(engine: &Engine) -> bool {
    engine.issuer().starts_with("https://")
}

fn to_set(name: &str, is_pinned: bool, value: &str, seconds: u64) -> Option<HeaderValue> {
    let pin = if is_pinned { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{pin}");
    let mut header = HeaderValue::from_str(&cookie).ok()?;
    header.set_sensitive(true);
    Some(header)
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
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; latchkey_session_7Hq2mV9c=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(value_of("latchkey_session_7Hq2mV9c", &headers), Some("abc"));
        for other in ["latchkey_session", "latchkey_session_7Hq2mV9d", "__Host-latchkey_session_7Hq2mV9c"] {
            assert_eq!(value_of(other, &headers), None, "{other}");
        }
    }

    #[test]
    fn scripts_never_see_a_cookie_and_https_pins_it() {
        let plain = to_set("latchkey_session_7Hq2mV9c", false, "abc", 60).unwrap();
        assert_eq!(plain, "latchkey_session_7Hq2mV9c=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        let pinned = to_set("__Host-latchkey_session_7Hq2mV9c", true, "abc", 60).unwrap();
        let expected = "__Host-latchkey_session_7Hq2mV9c=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(pinned, expected);
        assert!(plain.is_sensitive() && pinned.is_sensitive(), "no log shows them");
    }
}
