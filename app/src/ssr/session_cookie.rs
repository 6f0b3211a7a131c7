//! The session cookie.

use http::HeaderMap;
use latchkey_credentials::{Engine, NewSession};
use latchkey_model::{problem::Problem, redacted::SessionToken, session::Done};

use super::{client_address, cookie::Cookie, device_cookie, engine, request::session_token};

/// The cookie's name. Scripts read it from the description of the API.
#[must_use]
pub fn session_cookie_name(engine: &Engine) -> String {
    Cookie::Session.name(engine)
}

/// The token of the session cookie, if the request has one.
pub(super) fn read(engine: &Engine, headers: &HeaderMap) -> Option<SessionToken> {
    Cookie::Session.read(engine, headers).map(|value| SessionToken::from(value.to_owned()))
}

/// Gives the browser its new session, ends the one that it had, and gives it what it is known by from now on.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no request.
pub async fn start_session(session: &NewSession) -> Result<Done, Problem> {
    if let Some(replaced) = session_token()? {
        end_or_warn(&replaced).await?;
    }
    Cookie::Session.set(session.token.expose(), session.lifetime.as_secs());
    if let Some(device) = &session.device {
        device_cookie::set(device);
    }
    Ok(Done {})
}

/// The person is signed in already, by a link that works once perhaps: a database that fails now must not lose that.
async fn end_or_warn(replaced: &SessionToken) -> Result<(), Problem> {
    if let Err(error) = engine()?.end_replaced_session(replaced, client_address()?).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "a replaced session was not ended");
    }
    Ok(())
}

/// Takes the session from the browser, which stays known.
#[must_use]
pub fn end_session() -> Done {
    Cookie::Session.set("", 0);
    Done {}
}
