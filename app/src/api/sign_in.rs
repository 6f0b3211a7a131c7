//! Signing in.

use latchkey_model::{problem::Problem, redacted::Password, session::Done};
use leptos::prelude::*;

use super::Json;

/// Signs a member in. The reply sets the session cookie and the device cookie. The session that the browser had before ends.
///
/// # Errors
/// [`Problem`]: wrong credentials (the reply does not say which of the two is wrong), or too many attempts.
#[server(name = SignIn, prefix = "", endpoint = "/api/sign-in", protocol = Json)]
pub async fn sign_in(
    /// The member's e-mail address.
    email: String,
    /// The member's password.
    password: Password,
) -> Result<Done, Problem> {
    use crate::ssr::{client_address, device, people, start_session};
    let session = people()?.sign_in(&email, &password, device()?.as_ref(), client_address()?).await;
    start_session(&session?).await
}
