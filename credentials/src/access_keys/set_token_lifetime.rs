use latchkey_model::{
    access_key::{AccessKey, Action, Kind},
    id::AccessKeyId,
    token_lifetime::{InvalidTokenLifetime, TokenLifetime},
};
use thiserror::Error;

use super::State;
use crate::{Engine, KeyManager, NotAllowed, StorageError};

/// Why a client's token lifetime stays.
#[derive(Debug, Error)]
pub enum SetTokenLifetimeError {
    /// There is no such client, or none that the caller may see, or it is deleted.
    #[error("there is no such client")]
    Unknown,
    /// The lifetime.
    #[error(transparent)]
    TokenLifetime(#[from] InvalidTokenLifetime),
    /// The manager has lost the right meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Sets how long an OAuth client's access tokens last, in seconds, from the next one on; `None` is the server's own
    /// lifetime.
    ///
    /// # Errors
    /// [`SetTokenLifetimeError`]; nothing is changed then.
    pub async fn set_token_lifetime<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        seconds: Option<u32>,
    ) -> Result<AccessKey, SetTokenLifetimeError> {
        let manager = manager.into();
        let lifetime = seconds.map(TokenLifetime::try_from).transpose()?;
        if id.kind() != Kind::OAuthClient {
            return Err(SetTokenLifetimeError::Unknown);
        }
        let mut change = self.change_key(manager, id).await??.ok_or(SetTokenLifetimeError::Unknown)?;
        if matches!(change.key.state, State::Deleted { .. }) {
            return Err(SetTokenLifetimeError::Unknown);
        }
        if change.key.token_lifetime == lifetime {
            return Ok(change.key.shown(self.now()));
        }
        change.key.token_lifetime = lifetime;
        let detail = lifetime.map(|lifetime| lifetime.seconds().to_string());
        let key = self.commit_key(change, manager, Action::TokenLifetimeChanged, detail.as_deref()).await?;
        Ok(key.shown(self.now()))
    }
}
