//! Validating a pair of ID and secret.

use latchkey_model::{
    access_key::{ValidateAccessKey, Validation},
    problem::Problem,
};
use leptos::prelude::*;

use super::Json;

/// Validates a credential for an administrator. This never counts as a use.
///
/// # Errors
/// [`Problem`]: the caller is not an administrator, or too many attempts.
#[server(name = ValidateAccessKeyCall, prefix = "", endpoint = "/api/access-keys/validate", protocol = Json)]
pub async fn validate_access_key(request: ValidateAccessKey) -> Result<Validation, Problem> {
    use crate::ssr::{caller, verification};
    let ValidateAccessKey { id, secret } = request;
    let caller = caller().await?;
    let administrator = caller.administrator()?;
    let outcome = verification()?.validate(&administrator, &id, &secret).await?;
    Ok(Validation { outcome })
}
