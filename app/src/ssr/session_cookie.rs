//! The session cookie.

use http::HeaderMap;
use latchkey_engine::{Engine, people::NewSession};
use latchkey_model::redacted::SessionToken;

use super::cookie::LatchkeyCookie;

/// The cookie's name. Scripts read it from the description of the API.
#[must_use]
pub fn session_cookie_name(engine: &Engine) -> String {
    LatchkeyCookie::Session.name(engine)
}

/// The token of the session cookie, if the request has one.
pub(super) fn read(engine: &Engine, headers: &HeaderMap) -> Option<SessionToken> {
    LatchkeyCookie::Session.read(engine, headers).map(|value| SessionToken::from(value.to_owned()))
}

/// Sets the cookie of a new session.
pub(super) fn set(engine: &Engine, session: &NewSession) {
    LatchkeyCookie::Session.set(engine, session.token.expose(), session.lifetime.as_secs());
}

/// Removes the cookie from the browser.
pub(super) fn remove(engine: &Engine) {
    LatchkeyCookie::Session.set(engine, "", 0);
}
