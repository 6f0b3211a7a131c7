use latchkey_model::{
    access_key::{KeyStatus, ValidationOutcome},
    redacted::Secret,
};
use latchkey_store::{StorageError, access_keys};
use thiserror::Error;

use super::Verification;
use crate::{concurrency::Overloaded, people::Administrator, rate_limit::TooManyAttempts};

/// Why a credential was not validated.
#[derive(Debug, Error)]
pub enum ValidateError {
    /// This administrator has validated too many.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too many secrets are being checked.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Verification {
    /// Tells an administrator whether a pair of ID and secret would be accepted. It does not count as use, and keys of other
    /// organizations are unknown.
    ///
    /// # Errors
    /// [`ValidateError`].
    pub async fn validate(
        &self,
        administrator: &Administrator<'_>,
        id: &str,
        secret: &Secret,
    ) -> Result<ValidationOutcome, ValidateError> {
        self.validations.check(&administrator.member_id)?;
        let Ok(id) = id.parse() else { return Ok(ValidationOutcome::Unknown) };
        let mut reader = self.parts.store.reader().await?;
        let key = access_keys::find(&mut reader, &administrator.organization_id, &id).await?;
        drop(reader);
        let Some(key) = key else { return Ok(ValidationOutcome::Unknown) };
        let status = key.status(self.parts.clock.now());
        if !self.is_secret_of(&key.id, &key.authenticator.into(), secret.expose()).await? {
            return Ok(ValidationOutcome::WrongSecret);
        }
        Ok(match status {
            KeyStatus::Active => ValidationOutcome::Valid,
            KeyStatus::Inactive => ValidationOutcome::Inactive,
            KeyStatus::Expired => ValidationOutcome::Expired,
            KeyStatus::Deleted => ValidationOutcome::Deleted,
        })
    }
}
