//! Joining an organization.

use latchkey_model::{
    problem::Problem,
    redacted::{LinkToken, Password},
    session::Done,
};
use leptos::prelude::*;

use super::Json;

/// Accepts an invitation, and signs the new member in.
///
/// # Errors
/// [`Problem`]: the link has ended, or the password is weak.
#[server(name = AcceptInvitation, prefix = "", endpoint = "/api/members/accept", protocol = Json)]
pub async fn accept_invitation(
    /// The token of the invitation's link.
    token: LinkToken,
    /// The new member's password.
    password: Password,
) -> Result<Done, Problem> {
    use crate::ssr::{client_address, people, start_session};
    start_session(&people()?.accept_invitation(&token, &password, client_address()?).await?).await
}
