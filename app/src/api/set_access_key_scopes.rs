//! Setting the scopes of an access key.

use latchkey_model::{
    access_key::{ChangedAccessKey, SetAccessKeyScopes},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Sets the scopes of a key. Tokens issued before are limited to them as well.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the organization has not defined one of the scopes.
#[server(name = SetAccessKeyScopesCall, prefix = "", endpoint = "/api/access-keys/set-scopes", protocol = Json)]
pub async fn set_access_key_scopes(request: SetAccessKeyScopes) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let SetAccessKeyScopes { id, scopes } = request;
    let caller = key_caller().await?;
    let key = keys()?.set_scopes(caller.manager()?, &id, scopes).await?;
    Ok(ChangedAccessKey { key })
}
