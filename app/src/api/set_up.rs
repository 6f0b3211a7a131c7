//! Creating an organization and its administrator by a set-up link.

use latchkey_model::{
    problem::Problem,
    redacted::{LinkToken, Password},
    session::Done,
};
use leptos::prelude::*;

use super::Json;

/// Creates an organization and its administrator by a set-up link, and signs the administrator in.
///
/// # Errors
/// [`Problem`]: the link has ended, a field was refused, or too many attempts.
#[server(name = SetUp, prefix = "", endpoint = "/api/set-up", protocol = Json)]
pub async fn set_up(
    /// The token of the set-up link.
    token: LinkToken,
    /// The organization's name.
    organization: String,
    /// The administrator's e-mail address.
    email: String,
    /// The administrator's password.
    password: Password,
) -> Result<Done, Problem> {
    use crate::ssr::{client_address, engine::people::SetUp, people, start_session};
    let set_up = SetUp { token, organization, email, password };
    start_session(&people()?.set_up(set_up, client_address()?).await?).await
}
