//! The history of an access key, page by page.

use latchkey_model::{access_key::HistoryPage, id::AccessKeyId, page::PageRequest, problem::Problem};
use leptos::prelude::*;

use super::Json;

/// Lists what was done to a key, latest first.
///
/// # Errors
/// [`Problem`]: not signed in, no such key in the caller's organization, or the cursor was refused.
#[server(name = ListKeyHistory, prefix = "", endpoint = "/api/access-keys/history", protocol = Json)]
pub async fn list_access_key_history(
    /// The key.
    id: AccessKeyId,
    /// Which page.
    #[server(flatten)]
    request: PageRequest,
) -> Result<HistoryPage, Problem> {
    use crate::ssr::{OrProblem, engine, key_caller};
    engine()?.list_access_key_history(key_caller().await?.viewer()?, &id, &request).await.or_problem()
}
