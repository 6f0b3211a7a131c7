//! Activating and deactivating an access key.

use latchkey_model::{
    access_key::{SetAccessKeyStatus, StatusSet},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Activates or deactivates a key, and returns which nodes apply it. Setting the current status changes nothing.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, there is no such key, or the key has expired.
#[server(name = SetAccessKeyStatusCall, prefix = "", endpoint = "/api/access-keys/set-status", protocol = Json)]
pub async fn set_access_key_status(request: SetAccessKeyStatus) -> Result<StatusSet, Problem> {
    use crate::ssr::{key_caller, keys};
    let SetAccessKeyStatus { id, status } = request;
    let caller = key_caller().await?;
    Ok(keys()?.set_status(caller.manager()?, &id, status).await?)
}
