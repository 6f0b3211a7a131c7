//! The session cookie.

use http::{HeaderMap, HeaderValue, header};
use latchkey_credentials::{Engine, NewSession};
use latchkey_model::{redacted::SessionToken, session::Done};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::engine;

/// Over https the browser itself guarantees, by the prefix, that no other host and no plain connection has set it
/// (RFC 6265bis §4.1.3.2).
struct Cookie {
    name: &'static str,
    attributes: &'static str,
}

impl Cookie {
    const OVER_HTTPS: Self =
        Self { name: "__Host-latchkey_session", attributes: "Path=/; HttpOnly; SameSite=Lax; Secure" };
    const OVER_HTTP: Self = Self { name: "latchkey_session", attributes: "Path=/; HttpOnly; SameSite=Lax" };

    fn of(engine: &Engine) -> &'static Self {
        if engine.issuer().starts_with("https://") { &Self::OVER_HTTPS } else { &Self::OVER_HTTP }
    }

    fn to_set(&self, token: &str, seconds: u64) -> Option<HeaderValue> {
        let Self { name, attributes } = self;
        let mut header = HeaderValue::from_str(&format!("{name}={token}; Max-Age={seconds}; {attributes}")).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// The token of the session cookie, if the request has one.
pub(super) fn read(engine: &Engine, headers: &HeaderMap) -> Option<SessionToken> {
    value_of(Cookie::of(engine).name, headers).map(|value| SessionToken::from(value.to_owned()))
}

fn value_of<'h>(name: &str, headers: &'h HeaderMap) -> Option<&'h str> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|header| header.to_str().ok());
    let mut pairs = pairs.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(cookie, _)| *cookie == name).map(|(_, value)| value)
}

/// Gives the browser its new session.
#[must_use]
pub fn start_session(session: &NewSession) -> Done {
    set_cookie(session.token.expose(), session.lifetime.as_secs())
}

/// Takes the session from the browser.
#[must_use]
pub fn end_session() -> Done {
    set_cookie("", 0)
}

fn set_cookie(token: &str, seconds: u64) -> Done {
    let cookie = engine().ok().and_then(|engine| Cookie::of(&engine).to_set(token, seconds));
    if let (Some(cookie), Some(response)) = (cookie, use_context::<ResponseOptions>()) {
        response.append_header(header::SET_COOKIE, cookie);
    }
    Done {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; latchkey_session=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("other=1"));
        assert_eq!(value_of("latchkey_session", &headers), Some("abc"));
        assert_eq!(value_of("session", &headers), None);
        assert_eq!(value_of("__Host-latchkey_session", &headers), None);
    }

    #[test]
    fn scripts_never_see_the_cookie_and_https_pins_it() {
        let plain = Cookie::OVER_HTTP.to_set("abc", 60).unwrap();
        assert_eq!(plain, "latchkey_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax");
        let pinned = Cookie::OVER_HTTPS.to_set("abc", 60).unwrap();
        assert_eq!(pinned, "__Host-latchkey_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
