//! Withdrawing an invitation.

use latchkey_model::{problem::Problem, session::Done};
use leptos::prelude::*;

use super::Json;

/// Withdraws an invitation that nobody has accepted yet: its link ends.
///
/// # Errors
/// [`Problem`]: not an administrator, or nobody with this address is invited.
#[server(name = WithdrawInvitation, prefix = "", endpoint = "/api/members/withdraw", protocol = Json)]
pub async fn withdraw_invitation(
    /// Whom the invitation is for.
    email: String,
) -> Result<Done, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    let caller = caller().await?;
    engine()?.withdraw_invitation(&caller.administrator().or_problem()?, &email).await.or_problem()?;
    Ok(Done {})
}
