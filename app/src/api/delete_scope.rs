//! Deleting a scope.

use latchkey_model::{problem::Problem, scope::DeleteScope, session::Done};
use leptos::prelude::*;

use super::Json;

/// Deletes a scope that no key has.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, there is no such scope, or keys have it.
#[server(name = DeleteScopeCall, prefix = "", endpoint = "/api/scopes/delete", protocol = Json)]
pub async fn delete_scope(request: DeleteScope) -> Result<Done, Problem> {
    use crate::ssr::{caller, keys};
    let DeleteScope { name } = request;
    let caller = caller().await?;
    keys()?.delete_scope(&caller.administrator()?, &name).await?;
    Ok(Done {})
}
