//! Setting how long an OAuth client's access tokens last.

use super::Json;
use latchkey_model::{
    access_key::{ChangedAccessKey, SetTokenLifetime},
    problem::Problem,
};
use leptos::prelude::*;

/// Sets how long an OAuth client's access tokens last, from the next one on. Without `token_lifetime`, the server default
/// applies.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such client, or the lifetime is not between
/// 60 and 86400 seconds.
#[server(name = SetTokenLifetimeCall, prefix = "", endpoint = "/api/access-keys/set-token-lifetime", protocol = Json)]
pub async fn set_token_lifetime(request: SetTokenLifetime) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let SetTokenLifetime { id, token_lifetime } = request;
    let caller = key_caller().await?;
    let key = keys()?.set_token_lifetime(caller.manager()?, &id, token_lifetime).await?;
    Ok(ChangedAccessKey { key })
}
