//! Choosing a new password by a recovery link.

use latchkey_model::{
    problem::Problem,
    redacted::{LinkToken, Password},
    session::Done,
};
use leptos::prelude::*;

use super::Json;

/// Sets a new password by a recovery link, and signs the member in.
///
/// # Errors
/// [`Problem`]: the link has ended, the password is weak, or too many attempts.
#[server(name = ResetPassword, prefix = "", endpoint = "/api/reset-password", protocol = Json)]
pub async fn reset_password(
    /// The token of the recovery link.
    token: LinkToken,
    /// The new password.
    new: Password,
) -> Result<Done, Problem> {
    use crate::ssr::{client_address, people, start_session};
    start_session(&people()?.reset_password(&token, &new, client_address()?).await?).await
}
