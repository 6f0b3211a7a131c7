//! Listing the pending invitations of an organization, page by page.

use latchkey_model::{member::InvitationPage, page::PageRequest, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Lists the pending invitations of the caller's organization. For callers who are not administrators the list is empty.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, or the cursor was refused.
#[server(name = ListInvitationsCall, prefix = "", endpoint = "/api/members/list-invitations", protocol = Json)]
pub async fn list_invitations(request: PageRequest) -> Result<InvitationPage, Problem> {
    use crate::ssr::{caller, people};
    Ok(people()?.list_invitations(&caller().await?, &request).await?)
}
