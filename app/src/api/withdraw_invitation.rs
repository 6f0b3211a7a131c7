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
    use crate::ssr::{OrProblem, caller, engine};
    let caller = caller().await?;
    engine()?.withdraw_invitation(&caller.administrator().or_problem()?, &email).await.or_problem()?;
    Ok(Done {})
}
