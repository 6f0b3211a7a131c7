//! The scopes of an organization.

use latchkey_model::{problem::Problem, scope::ScopeList};
use leptos::prelude::*;

use super::Json;

/// Lists the scopes that keys can carry: the organization's own, then the built-in ones.
///
/// # Errors
/// [`Problem`]: not signed in.
#[server(name = ListScopes, prefix = "", endpoint = "/api/scopes/list", protocol = Json)]
pub async fn list_scopes() -> Result<ScopeList, Problem> {
    use crate::ssr::{OrProblem, engine, key_caller};
    engine()?.list_scopes(key_caller().await?.viewer()?).await.or_problem()
}
