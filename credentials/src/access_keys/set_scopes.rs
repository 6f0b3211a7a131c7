use latchkey_model::{
    access_key::{AccessKey, Action},
    id::AccessKeyId,
    scope::Scopes,
};
use thiserror::Error;

use super::State;
use crate::{
    Administrator, Engine, StorageError,
    scopes::{self, CannotCarry, UndefinedScope},
};

/// Why a key's scopes stay.
#[derive(Debug, Error)]
pub enum SetScopesError {
    /// There is no such key, or none that the caller may see, or it is deleted.
    #[error("there is no such key")]
    Unknown,
    /// A scope that the organization has not defined.
    #[error(transparent)]
    Undefined(#[from] UndefinedScope),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CannotCarry> for SetScopesError {
    fn from(reason: CannotCarry) -> Self {
        match reason {
            CannotCarry::Undefined(scope) => Self::Undefined(scope),
            CannotCarry::Storage(error) => Self::Storage(error),
        }
    }
}

impl Engine {
    /// Sets what a key may be used for. Tokens that it got before are worth no more than its scopes are now.
    ///
    /// # Errors
    /// [`SetScopesError`]; nothing is changed then.
    pub async fn set_scopes(
        &self,
        administrator: &Administrator<'_>,
        id: &AccessKeyId,
        scopes: Scopes,
    ) -> Result<AccessKey, SetScopesError> {
        let mut change = self.change_key(administrator, id).await?.ok_or(SetScopesError::Unknown)?;
        if matches!(change.key.state, State::Deleted { .. }) {
            return Err(SetScopesError::Unknown);
        }
        if change.key.scopes == scopes {
            return Ok(change.key.shown(self.now()));
        }
        scopes::hold(&mut change.transaction, &administrator.organization_id, &scopes).await?;
        let detail = scopes.to_string();
        change.key.scopes = scopes;
        let key = self.commit_key(change, administrator, Action::ScopesChanged, Some(&detail)).await?;
        Ok(key.shown(self.now()))
    }
}
