//! Creating an access key.

use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Creates a key. Only this reply ever contains the secret.
///
/// # Errors
/// [`Problem`]: the caller is neither an administrator nor a credential with `access-keys:manage`, a field was refused, or a key with the same `request_id` exists.
#[server(name = CreateAccessKeyCall, prefix = "", endpoint = "/api/access-keys/create", protocol = Json)]
pub async fn create_access_key(request: CreateAccessKey) -> Result<CreatedAccessKey, Problem> {
    use crate::ssr::{key_caller, keys};
    let caller = key_caller().await?;
    Ok(keys()?.create(caller.manager()?, &request).await?)
}
