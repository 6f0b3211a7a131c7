//! The session cookie.

use http::HeaderMap;
use latchkey_credentials::{Engine, NewSession};
use latchkey_model::{redacted::SessionToken, session::Done};

use super::{cookie::Cookie, device_cookie};

const COOKIE: Cookie = Cookie { over_http: "latchkey_session", over_https: "__Host-latchkey_session" };

/// The token of the session cookie, if the request has one.
pub(super) fn read(engine: &Engine, headers: &HeaderMap) -> Option<SessionToken> {
    COOKIE.read(engine, headers).map(|value| SessionToken::from(value.to_owned()))
}

/// Gives the browser its new session, and by what it is known from now on.
#[must_use]
pub fn start_session(session: &NewSession) -> Done {
    COOKIE.set(session.token.expose(), session.lifetime.as_secs());
    if let Some(device) = &session.device {
        device_cookie::set(device);
    }
    Done {}
}

/// Takes the session from the browser, which stays known.
#[must_use]
pub fn end_session() -> Done {
    COOKIE.set("", 0);
    Done {}
}
