//! Joining an organization.

use latchkey_model::{member::AcceptInvitation, problem::Problem, session::Done};
use leptos::prelude::*;

use super::Json;

/// Accepts an invitation, and signs the new member in.
///
/// # Errors
/// [`Problem`]: the link has ended, or the password is weak.
#[server(name = AcceptInvitationCall, prefix = "", endpoint = "/api/members/accept", protocol = Json)]
pub async fn accept_invitation(request: AcceptInvitation) -> Result<Done, Problem> {
    use crate::ssr::{client_address, people, start_session};
    let AcceptInvitation { token, password } = request;
    start_session(&people()?.accept_invitation(&token, &password, client_address()?).await?).await
}
