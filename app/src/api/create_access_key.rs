//! A new access key.

use latchkey_model::{
    access_key::{CreateAccessKey, CreatedAccessKey},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Creates a key. The reply is the only one that ever holds a secret.
///
/// # Errors
/// [`Problem`]: not an administrator, nor a credential with `access-keys:manage`, a field was refused, or the same `request_id` made a key before.
#[server(name = CreateKey, prefix = "", endpoint = "/api/access-keys/create", protocol = Json)]
pub async fn create_access_key(
    /// What to create.
    #[server(flatten)]
    request: CreateAccessKey,
) -> Result<CreatedAccessKey, Problem> {
    use crate::ssr::{OrProblem, engine, key_caller};
    let caller = key_caller().await?;
    engine()?.create_access_key(caller.manager()?, &request).await.or_problem()
}
