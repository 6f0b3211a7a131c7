//! Listing access keys, page by page.

use latchkey_model::{
    access_key::{AccessKeyPage, ListAccessKeys},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Lists access keys of one kind, newest first.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, or the cursor or the limit was refused.
#[server(name = ListAccessKeysCall, prefix = "", endpoint = "/api/access-keys/list", protocol = Json)]
pub async fn list_access_keys(request: ListAccessKeys) -> Result<AccessKeyPage, Problem> {
    use crate::ssr::{key_caller, keys};
    Ok(keys()?.list(key_caller().await?.viewer()?, &request).await?)
}
