//! Reading an invitation.

use latchkey_model::{member::Invitation, problem::Problem, redacted::LinkToken};
use leptos::prelude::*;

use super::Json;

/// Returns the invitation that a link's token belongs to.
///
/// # Errors
/// [`Problem`]: the link has ended, or too many attempts.
#[server(name = ReadInvitation, prefix = "", endpoint = "/api/members/invitation", protocol = Json)]
pub async fn invitation(
    /// The token of the invitation's link.
    token: LinkToken,
) -> Result<Invitation, Problem> {
    use crate::ssr::{client_address, people};
    Ok(people()?.invitation(&token, client_address()?).await?)
}
