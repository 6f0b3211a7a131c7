//! Reading an access key and its history.

use latchkey_model::{access_key::AccessKeyDetails, id::AccessKeyId, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Reads a key and the latest page of its history.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, or the caller's organization has no such key.
#[server(name = GetKey, prefix = "", endpoint = "/api/access-keys/get", protocol = Json)]
pub async fn get_access_key(
    /// The key.
    id: AccessKeyId,
) -> Result<AccessKeyDetails, Problem> {
    use crate::ssr::{key_caller, keys};
    Ok(keys()?.get(key_caller().await?.viewer()?, &id).await?)
}
