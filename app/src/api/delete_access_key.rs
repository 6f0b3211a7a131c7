//! Deleting an access key.

use latchkey_model::{
    access_key::{ChangedAccessKey, DeleteAccessKey},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Deletes a key. It can be restored for 30 days.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the name given is not the key's.
#[server(name = DeleteAccessKeyCall, prefix = "", endpoint = "/api/access-keys/delete", protocol = Json)]
pub async fn delete_access_key(request: DeleteAccessKey) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let DeleteAccessKey { id, name } = request;
    let caller = key_caller().await?;
    let key = keys()?.delete(caller.manager()?, &id, &name).await?;
    Ok(ChangedAccessKey { key })
}
