//! A new scope, or another description of one.

use latchkey_model::{
    problem::Problem,
    scope::{DefineScope, DefinedScope},
};
use leptos::prelude::*;

use super::Json;

/// Defines a scope; one that exists gets the new description.
///
/// # Errors
/// [`Problem`]: not an administrator, or the name or the description was refused.
#[server(name = DefineOneScope, prefix = "", endpoint = "/api/scopes/define", protocol = Json)]
pub async fn define_scope(
    /// What it is called, and what it is for.
    #[server(flatten)]
    scope: DefineScope,
) -> Result<DefinedScope, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    let caller = caller().await?;
    let scope = engine()?.define_scope(&caller.administrator().or_problem()?, &scope).await.or_problem()?;
    Ok(DefinedScope { scope })
}
