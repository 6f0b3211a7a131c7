//! The invitations to an organization that wait, page by page.

use latchkey_model::{member::InvitationPage, page::PageRequest, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Lists the invitations to the caller's organization that nobody has accepted yet. Only administrators see any.
///
/// # Errors
/// [`Problem`]: not signed in, or the cursor was refused.
#[server(name = ListInvitations, prefix = "", endpoint = "/api/members/list-invitations", protocol = Json)]
pub async fn list_invitations(
    /// Which page.
    #[server(flatten)]
    request: PageRequest,
) -> Result<InvitationPage, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    engine()?.list_invitations(&caller().await?, &request).await.or_problem()
}
