//! Signing out.

use latchkey_model::{
    problem::Problem,
    session::{Done, NoArguments},
};
use leptos::prelude::*;

use super::Json;

/// Ends the session, on the server and in the browser.
///
/// # Errors
/// [`Problem`]: the database cannot be reached. A caller who is not signed in gets a success.
#[server(name = SignOutCall, prefix = "", endpoint = "/api/sign-out", protocol = Json)]
pub async fn sign_out(request: NoArguments) -> Result<Done, Problem> {
    use crate::ssr::{end_session, people, signed_in};
    let NoArguments {} = request;
    if let Some(caller) = signed_in().await? {
        people()?.sign_out(&caller).await?;
    }
    Ok(end_session())
}
