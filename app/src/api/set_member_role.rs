//! Changing a member's role.

use latchkey_model::{
    member::{ChangedMember, SetMemberRole},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Changes a member's role.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, there is no such member, or the last administrator would be gone.
#[server(name = SetMemberRoleCall, prefix = "", endpoint = "/api/members/set-role", protocol = Json)]
pub async fn set_member_role(request: SetMemberRole) -> Result<ChangedMember, Problem> {
    use crate::ssr::{caller, people};
    let SetMemberRole { id, role } = request;
    let caller = caller().await?;
    let member = people()?.set_role(&caller.administrator()?, &id, role).await?;
    Ok(ChangedMember { member })
}
