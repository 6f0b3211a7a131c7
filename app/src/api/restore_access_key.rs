//! Undoing the deletion of an access key.

use latchkey_model::{
    access_key::{ChangedAccessKey, RestoreAccessKey},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Restores a deleted key. It is inactive until it is activated.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the key is not deleted.
#[server(name = RestoreAccessKeyCall, prefix = "", endpoint = "/api/access-keys/restore", protocol = Json)]
pub async fn restore_access_key(request: RestoreAccessKey) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let RestoreAccessKey { id } = request;
    let caller = key_caller().await?;
    let key = keys()?.restore(caller.manager()?, &id).await?;
    Ok(ChangedAccessKey { key })
}
