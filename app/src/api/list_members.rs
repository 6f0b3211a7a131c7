//! Listing the members of an organization, page by page.

use latchkey_model::{member::MemberPage, page::PageRequest, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Lists the members of the caller's organization, by e-mail address.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, or the cursor was refused.
#[server(name = ListMembersCall, prefix = "", endpoint = "/api/members/list", protocol = Json)]
pub async fn list_members(request: PageRequest) -> Result<MemberPage, Problem> {
    use crate::ssr::{caller, people};
    Ok(people()?.list_members(&caller().await?, &request).await?)
}
