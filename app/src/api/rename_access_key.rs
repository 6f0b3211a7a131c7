//! Renaming an access key.

use latchkey_model::{
    access_key::{ChangedAccessKey, RenameAccessKey},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Renames a key. Names may repeat.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the name was refused.
#[server(name = RenameAccessKeyCall, prefix = "", endpoint = "/api/access-keys/rename", protocol = Json)]
pub async fn rename_access_key(request: RenameAccessKey) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let RenameAccessKey { id, name } = request;
    let caller = key_caller().await?;
    let key = keys()?.rename(caller.manager()?, &id, &name).await?;
    Ok(ChangedAccessKey { key })
}
