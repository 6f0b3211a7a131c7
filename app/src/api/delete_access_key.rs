//! Deleting an access key.

use latchkey_model::{access_key::ChangedAccessKey, id::AccessKeyId, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Deletes a key. It can be restored for 30 days.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the name given is not the key's.
#[server(name = DeleteKey, prefix = "", endpoint = "/api/access-keys/delete", protocol = Json)]
pub async fn delete_access_key(
    /// The key.
    id: AccessKeyId,
    /// Its name, typed as a confirmation.
    name: String,
) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let caller = key_caller().await?;
    let key = keys()?.delete(caller.manager()?, &id, &name).await?;
    Ok(ChangedAccessKey { key })
}
