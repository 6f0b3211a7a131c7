//! What an invitation says.

use latchkey_model::{member::Invitation, problem::Problem, redacted::LinkToken};
use leptos::prelude::*;

use super::Json;

/// Tells whoever holds an invitation what it is for.
///
/// # Errors
/// [`Problem`]: the link has ended.
#[server(name = ReadInvitation, prefix = "", endpoint = "/api/members/invitation", protocol = Json)]
pub async fn invitation(
    /// The token of the invitation's link.
    token: LinkToken,
) -> Result<Invitation, Problem> {
    use crate::ssr::{OrProblem, engine};
    engine()?.invitation(&token).await.or_problem()
}
