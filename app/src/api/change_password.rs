//! Changing the caller's password.

use latchkey_model::{
    problem::Problem,
    session::{ChangePassword, Done},
};
use leptos::prelude::*;

use super::Json;

/// Changes the caller's password. All sessions of the member end, and the reply starts a new one.
///
/// # Errors
/// [`Problem`]: the current password is wrong, the new one is weak, or too many attempts.
#[server(name = ChangePasswordCall, prefix = "", endpoint = "/api/change-password", protocol = Json)]
pub async fn change_password(request: ChangePassword) -> Result<Done, Problem> {
    use crate::ssr::{caller, people, start_session};
    let ChangePassword { current, new } = request;
    let caller = caller().await?;
    start_session(&people()?.change_password(&caller, &current, &new).await?).await
}
