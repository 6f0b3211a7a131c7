//! Reading an invitation.

use latchkey_model::{
    member::{GetInvitation, Invitation},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Returns the invitation that a link's token belongs to.
///
/// # Errors
/// [`Problem`]: the link has ended, or too many attempts.
#[server(name = InvitationCall, prefix = "", endpoint = "/api/members/invitation", protocol = Json)]
pub async fn invitation(request: GetInvitation) -> Result<Invitation, Problem> {
    use crate::ssr::{client_address, people};
    let GetInvitation { token } = request;
    Ok(people()?.invitation(&token, client_address()?).await?)
}
