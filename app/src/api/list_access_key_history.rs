//! Listing the history of an access key, page by page.

use latchkey_model::{
    access_key::{HistoryPage, ListAccessKeyHistory},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Lists the history of a key, latest record first.
///
/// # Errors
/// [`Problem`]: the caller is not signed in, the caller's organization has no such key, or the cursor was refused.
#[server(name = ListAccessKeyHistoryCall, prefix = "", endpoint = "/api/access-keys/history", protocol = Json)]
pub async fn list_access_key_history(request: ListAccessKeyHistory) -> Result<HistoryPage, Problem> {
    use crate::ssr::{key_caller, keys};
    Ok(keys()?.history(key_caller().await?.viewer()?, &request).await?)
}
