//! Undoing the deletion of an access key.

use latchkey_model::{access_key::ChangedAccessKey, id::AccessKeyId, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Restores a deleted key. It is inactive until it is activated.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the key is not deleted.
#[server(name = RestoreKey, prefix = "", endpoint = "/api/access-keys/restore", protocol = Json)]
pub async fn restore_access_key(
    /// The key.
    id: AccessKeyId,
) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let caller = key_caller().await?;
    let key = keys()?.restore(caller.manager()?, &id).await?;
    Ok(ChangedAccessKey { key })
}
