//! Withdrawing an invitation.

use latchkey_model::{member::WithdrawInvitation, problem::Problem, session::Done};
use leptos::prelude::*;

use super::Json;

/// Withdraws a pending invitation. Its link no longer works.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or there is no invitation for this address.
#[server(name = WithdrawInvitationCall, prefix = "", endpoint = "/api/members/withdraw", protocol = Json)]
pub async fn withdraw_invitation(request: WithdrawInvitation) -> Result<Done, Problem> {
    use crate::ssr::{caller, people};
    let WithdrawInvitation { email } = request;
    let caller = caller().await?;
    people()?.withdraw_invitation(&caller.administrator()?, &email).await?;
    Ok(Done {})
}
