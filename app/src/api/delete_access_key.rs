//! Deleting an access key.

use latchkey_model::{access_key::ChangedAccessKey, id::AccessKeyId, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Deletes a key. It can be restored for 30 days.
///
/// # Errors
/// [`Problem`]: not an administrator, no such key, or the name given is not the key's.
#[server(name = DeleteKey, prefix = "", endpoint = "/api/access-keys/delete", protocol = Json)]
pub async fn delete_access_key(
    /// The key.
    id: AccessKeyId,
    /// Its name, typed as a confirmation.
    name: String,
) -> Result<ChangedAccessKey, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    let caller = caller().await?;
    let administrator = caller.administrator().or_problem()?;
    let key = engine()?.delete_access_key(&administrator, &id, &name).await.or_problem()?;
    Ok(ChangedAccessKey { key })
}
