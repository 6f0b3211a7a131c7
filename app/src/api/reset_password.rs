//! Choosing a new password by a recovery link.

use latchkey_model::{
    problem::Problem,
    session::{Done, ResetPassword},
};
use leptos::prelude::*;

use super::Json;

/// Sets a new password by a recovery link, and signs the member in.
///
/// # Errors
/// [`Problem`]: the link has ended, the password is weak, or too many attempts.
#[server(name = ResetPasswordCall, prefix = "", endpoint = "/api/reset-password", protocol = Json)]
pub async fn reset_password(request: ResetPassword) -> Result<Done, Problem> {
    use crate::ssr::{client_address, people, start_session};
    let ResetPassword { token, new } = request;
    start_session(&people()?.reset_password(&token, &new, client_address()?).await?).await
}
