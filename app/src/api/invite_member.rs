//! Inviting a member.

use latchkey_model::{
    member::{InviteMember, OneTimeLink},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Creates a one-time link by which a new member joins the organization.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, the address was refused, or a member has it already.
#[server(name = InviteMemberCall, prefix = "", endpoint = "/api/members/invite", protocol = Json)]
pub async fn invite_member(request: InviteMember) -> Result<OneTimeLink, Problem> {
    use crate::ssr::{caller, people};
    let InviteMember { email, role } = request;
    let caller = caller().await?;
    Ok(people()?.invite(&caller.administrator()?, &email, role).await?)
}
