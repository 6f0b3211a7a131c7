//! Validating a pair of ID and secret.

use latchkey_model::{access_key::Validation, problem::Problem, redacted::Secret};
use leptos::prelude::*;

use super::Json;

/// Validates a credential for an administrator. This never counts as a use.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or too many attempts.
#[server(name = ValidateKey, prefix = "", endpoint = "/api/access-keys/validate", protocol = Json)]
pub async fn validate_access_key(
    /// Any string. A malformed ID is reported as `unknown`.
    id: String,
    /// The secret that was presented with it.
    secret: Secret,
) -> Result<Validation, Problem> {
    use crate::ssr::{caller, verification};
    let caller = caller().await?;
    let administrator = caller.administrator()?;
    let outcome = verification()?.validate(&administrator, &id, &secret).await?;
    Ok(Validation { outcome })
}
