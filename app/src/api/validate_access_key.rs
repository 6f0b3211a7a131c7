//! What a pair of ID and secret is worth.

use latchkey_model::{access_key::Validation, problem::Problem, redacted::Secret};
use leptos::prelude::*;

use super::Json;

/// Tells an administrator what a credential is worth. It never counts as use.
///
/// # Errors
/// [`Problem`]: not an administrator, or too many attempts.
#[server(name = ValidateKey, prefix = "", endpoint = "/api/access-keys/validate", protocol = Json)]
pub async fn validate_access_key(
    /// The key's ID, in any shape: what is no ID is unknown.
    id: String,
    /// The secret that came with it.
    secret: Secret,
) -> Result<Validation, Problem> {
    use crate::ssr::{OrProblem, caller, engine};
    let caller = caller().await?;
    let administrator = caller.administrator().or_problem()?;
    let outcome = engine()?.validate_access_key(&administrator, &id, &secret).await.or_problem()?;
    Ok(Validation { outcome })
}
