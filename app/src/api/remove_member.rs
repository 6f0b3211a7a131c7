//! Removing a member.

use latchkey_model::{member::RemoveMember, problem::Problem, session::Done};
use leptos::prelude::*;

use super::Json;

/// Removes a member and ends the member's sessions.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, there is no such member, or the last administrator would be gone.
#[server(name = RemoveMemberCall, prefix = "", endpoint = "/api/members/remove", protocol = Json)]
pub async fn remove_member(request: RemoveMember) -> Result<Done, Problem> {
    use crate::ssr::{caller, people};
    let RemoveMember { id } = request;
    let caller = caller().await?;
    people()?.remove(&caller.administrator()?, &id).await?;
    Ok(Done {})
}
