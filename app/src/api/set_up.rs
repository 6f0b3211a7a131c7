//! Creating an organization and its administrator by a set-up link.

use latchkey_model::{
    problem::Problem,
    session::{Done, SetUp},
};
use leptos::prelude::*;

use super::Json;

/// Creates an organization and its administrator by a set-up link, and signs the administrator in.
///
/// # Errors
/// [`Problem`]: the link has ended, a field was refused, or too many attempts.
#[server(name = SetUpCall, prefix = "", endpoint = "/api/set-up", protocol = Json)]
pub async fn set_up(request: SetUp) -> Result<Done, Problem> {
    use crate::ssr::{client_address, people, start_session};
    start_session(&people()?.set_up(request, client_address()?).await?).await
}
