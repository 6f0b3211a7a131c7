//! What an access key may be used for.

use latchkey_model::{access_key::ChangedAccessKey, id::AccessKeyId, problem::Problem, scope::Scopes};
use leptos::prelude::*;

use super::Json;

/// Sets the scopes of a key. Tokens that it got before are worth no more than that.
///
/// # Errors
/// [`Problem`]: not an administrator, nor a credential with `access-keys:manage`, no such key, or a scope that the organization has not defined.
#[server(name = SetKeyScopes, prefix = "", endpoint = "/api/access-keys/set-scopes", protocol = Json)]
pub async fn set_access_key_scopes(
    /// The key.
    id: AccessKeyId,
    /// All that it may be used for from now on.
    scopes: Scopes,
) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{OrProblem, engine, key_caller};
    let caller = key_caller().await?;
    let key = engine()?.set_scopes(caller.manager()?, &id, scopes).await.or_problem()?;
    Ok(ChangedAccessKey { key })
}
