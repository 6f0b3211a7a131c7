//! Withdrawing an invitation.

use latchkey_model::{problem::Problem, session::Done};
use leptos::prelude::*;

use super::Json;

/// Withdraws a pending invitation. Its link no longer works.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or there is no invitation for this address.
#[server(name = WithdrawInvitation, prefix = "", endpoint = "/api/members/withdraw", protocol = Json)]
pub async fn withdraw_invitation(
    /// The e-mail address that the invitation is for.
    email: String,
) -> Result<Done, Problem> {
    use crate::ssr::{caller, people};
    let caller = caller().await?;
    people()?.withdraw_invitation(&caller.administrator()?, &email).await?;
    Ok(Done {})
}
