//! Inviting a member.

use latchkey_model::{
    member::{OneTimeLink, Role},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Makes a one-time link by which somebody joins the organization.
///
/// # Errors
/// [`Problem`]: not an administrator, the address was refused, or it is a member's already.
#[server(name = InviteMember, prefix = "", endpoint = "/api/members/invite", protocol = Json)]
pub async fn invite_member(
    /// Whom to invite.
    email: String,
    /// What the new member may do.
    role: Role,
) -> Result<OneTimeLink, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    let caller = caller().await?;
    engine()?.invite_member(&caller.administrator().or_problem()?, &email, role).await.or_problem()
}
