//! The members of an organization.

use latchkey_model::{member::MemberList, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Lists the members of the caller's organization, and to administrators the open invitations.
///
/// # Errors
/// [`Problem`]: not signed in.
#[server(name = ListMembers, prefix = "", endpoint = "/api/members/list", protocol = Json)]
pub async fn list_members() -> Result<MemberList, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    engine()?.list_members(&caller().await?).await.or_problem()
}
