//! Creating a recovery link for a member.

use latchkey_model::{id::MemberId, member::OneTimeLink, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Creates a one-time link by which a member chooses a new password.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or there is no such member.
#[server(name = MakeRecoveryLink, prefix = "", endpoint = "/api/members/recovery-link", protocol = Json)]
pub async fn make_recovery_link(
    /// The member.
    id: MemberId,
) -> Result<OneTimeLink, Problem> {
    use crate::ssr::{caller, people};
    let caller = caller().await?;
    Ok(people()?.make_recovery_link(&caller.administrator()?, &id).await?)
}
