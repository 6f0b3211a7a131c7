//! Reading an access key and its history.

use latchkey_model::{
    access_key::{AccessKeyDetails, GetAccessKey},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Reads a key and the latest page of its history.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, or the caller's organization has no such key.
#[server(name = GetAccessKeyCall, prefix = "", endpoint = "/api/access-keys/get", protocol = Json)]
pub async fn get_access_key(request: GetAccessKey) -> Result<AccessKeyDetails, Problem> {
    use crate::ssr::{key_caller, keys};
    let GetAccessKey { id } = request;
    Ok(keys()?.get(key_caller().await?.viewer()?, &id).await?)
}
