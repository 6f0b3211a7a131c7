//! Creating a recovery link for a member.

use latchkey_model::{
    member::{MakeRecoveryLink, OneTimeLink},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Creates a one-time link by which a member chooses a new password.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or there is no such member.
#[server(name = MakeRecoveryLinkCall, prefix = "", endpoint = "/api/members/recovery-link", protocol = Json)]
pub async fn make_recovery_link(request: MakeRecoveryLink) -> Result<OneTimeLink, Problem> {
    use crate::ssr::{caller, people};
    let MakeRecoveryLink { id } = request;
    let caller = caller().await?;
    Ok(people()?.make_recovery_link(&caller.administrator()?, &id).await?)
}
