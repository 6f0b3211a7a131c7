//! Renaming an access key.

use latchkey_model::{access_key::AccessKey, id::AccessKeyId, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Renames a key. Names may repeat.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the name was refused.
#[server(name = RenameKey, prefix = "", endpoint = "/api/access-keys/rename", protocol = Json)]
pub async fn rename_access_key(
    /// The key.
    id: AccessKeyId,
    /// Its new name.
    name: String,
) -> Result<AccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let caller = key_caller().await?;
    Ok(keys()?.rename(caller.manager()?, &id, &name).await?)
}
