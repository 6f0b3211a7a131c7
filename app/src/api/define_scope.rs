//! Defining a scope.

use latchkey_model::{
    problem::Problem,
    scope::{DefineScope, DefinedScope},
};
use leptos::prelude::*;

use super::Json;

/// Defines a scope, or sets the description of an existing one.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or the name or the description was refused.
#[server(name = DefineScopeCall, prefix = "", endpoint = "/api/scopes/define", protocol = Json)]
pub async fn define_scope(scope: DefineScope) -> Result<DefinedScope, Problem> {
    use crate::ssr::{caller, keys};
    let caller = caller().await?;
    let scope = keys()?.define_scope(&caller.administrator()?, &scope).await?;
    Ok(DefinedScope { scope })
}
