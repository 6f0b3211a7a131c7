use latchkey_model::{
    access_key::{KeyStatus, Outcome},
    redacted::Secret,
};
use thiserror::Error;

use crate::{Administrator, Engine, Overloaded, StorageError, TooManyAttempts, storage::access_keys};

/// Why there is no verdict.
#[derive(Debug, Error)]
pub enum ValidateError {
    /// Too many by this administrator.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too many secrets are being checked.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Tells an administrator what a pair of ID and secret is worth. It never counts as use, and of another
    /// organization's keys it knows nothing.
    ///
    /// # Errors
    /// [`ValidateError`].
    pub async fn validate_access_key(
        &self,
        administrator: &Administrator<'_>,
        id: &str,
        secret: &Secret,
    ) -> Result<Outcome, ValidateError> {
        self.throttle().validation_by(&administrator.member_id)?;
        let Ok(id) = id.parse() else { return Ok(Outcome::Unknown) };
        let key = access_keys::find(&mut *self.reader().await?, &administrator.organization_id, &id).await?;
        let Some(key) = key else { return Ok(Outcome::Unknown) };
        if !self.secret_is_of(&key, secret.expose()).await? {
            return Ok(Outcome::WrongSecret);
        }
        Ok(match key.status(self.now()) {
            KeyStatus::Active => Outcome::Valid,
            KeyStatus::Inactive => Outcome::Inactive,
            KeyStatus::Expired => Outcome::Expired,
            KeyStatus::Deleted => Outcome::Deleted,
        })
    }
}
