//! A member changes the own password.

use latchkey_model::{problem::Problem, redacted::Password, session::Done};
use leptos::prelude::*;

use super::Json;

/// Changes the caller's password. Every session of the member ends; the reply begins a new one.
///
/// # Errors
/// [`Problem`]: the current password is wrong, the new one is weak, or too many attempts.
#[server(name = ChangePassword, prefix = "", endpoint = "/api/change-password", protocol = Json)]
pub async fn change_password(
    /// The password until now.
    current: Password,
    /// The password from now on.
    new: Password,
) -> Result<Done, Problem> {
    use crate::ssr::{OrProblem, caller, engine, start_session};
    let caller = caller().await?;
    start_session(&engine()?.change_password(&caller, &current, &new).await.or_problem()?).await
}
