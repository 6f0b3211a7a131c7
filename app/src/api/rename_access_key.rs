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
    use crate::ssr::{OrProblem, engine, key_caller};
    let caller = key_caller().await?;
    engine()?.rename_access_key(caller.manager()?, &id, &name).await.or_problem()
}
