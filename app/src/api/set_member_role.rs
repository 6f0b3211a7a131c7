//! Changing a member's role.

use latchkey_model::{
    id::MemberId,
    member::{ChangedMember, Role},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Changes a member's role.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, there is no such member, or the last administrator would be gone.
#[server(name = SetMemberRole, prefix = "", endpoint = "/api/members/set-role", protocol = Json)]
pub async fn set_member_role(
    /// The member.
    id: MemberId,
    /// The new role.
    role: Role,
) -> Result<ChangedMember, Problem> {
    use crate::ssr::{caller, people};
    let caller = caller().await?;
    let member = people()?.set_role(&caller.administrator()?, &id, role).await?;
    Ok(ChangedMember { member })
}
