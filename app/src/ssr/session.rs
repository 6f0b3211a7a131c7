//! Starting and ending the session of the browser that calls.

use latchkey_engine::people::NewSession;
use latchkey_model::{problem::Problem, redacted::SessionToken, session::Done};

use super::{
    device_cookie,
    request::{client_address, engine, session_token},
    session_cookie,
};

/// Sets the cookies of a new session and of the browser, and ends the session that the browser had before.
///
/// # Errors
/// [`Problem`]: internal, if the server has provided no request.
pub async fn start_session(session: &NewSession) -> Result<Done, Problem> {
    if let Some(replaced) = session_token()? {
        end_or_warn(&replaced).await?;
    }
    let engine = engine()?;
    session_cookie::set(&engine, session);
    if let Some(device) = &session.device {
        device_cookie::set(&engine, device);
    }
    Ok(Done {})
}

/// The person is signed in already, perhaps by a link that works once: a database that fails now must not lose that.
async fn end_or_warn(replaced: &SessionToken) -> Result<(), Problem> {
    if let Err(error) = engine()?.people.end_replaced_session(replaced, client_address()?).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "a replaced session was not ended");
    }
    Ok(())
}

/// Removes the session cookie from the browser. The device cookie stays, so that the browser is recognized when it signs in
/// again.
#[must_use]
pub fn end_session() -> Done {
    if let Ok(engine) = engine() {
        session_cookie::remove(&engine);
    }
    Done {}
}
