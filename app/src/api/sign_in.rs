//! Signing in.

use latchkey_model::{
    problem::Problem,
    session::{Done, SignIn},
};
use leptos::prelude::*;

use super::Json;

/// Signs a member in. The reply sets the session cookie and the device cookie. The session that the browser had before ends.
///
/// # Errors
/// [`Problem`]: wrong credentials (the reply does not say which of the two is wrong), or too many attempts.
#[server(name = SignInCall, prefix = "", endpoint = "/api/sign-in", protocol = Json)]
pub async fn sign_in(request: SignIn) -> Result<Done, Problem> {
    use crate::ssr::{client_address, device, people, start_session};
    let SignIn { email, password } = request;
    let session = people()?.sign_in(&email, &password, device()?.as_ref(), client_address()?).await;
    start_session(&session?).await
}
