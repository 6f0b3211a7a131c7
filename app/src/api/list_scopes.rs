//! Listing the scopes of an organization, page by page.

use latchkey_model::{page::PageRequest, problem::Problem, scope::ScopePage};
use leptos::prelude::*;

use super::Json;

/// Lists the scopes that keys can have: those of the organization, then the built-in ones.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, or the cursor was refused.
#[server(name = ListScopesCall, prefix = "", endpoint = "/api/scopes/list", protocol = Json)]
pub async fn list_scopes(request: PageRequest) -> Result<ScopePage, Problem> {
    use crate::ssr::{key_caller, keys};
    Ok(keys()?.list_scopes(key_caller().await?.viewer()?, &request).await?)
}
