use latchkey_model::{
    access_key::{AccessKey, Action, Kind},
    id::AccessKeyId,
    token_lifetime::{InvalidTokenLifetime, TokenLifetime},
};
use thiserror::Error;

use super::{Keys, change::KeyChangeError, manager::KeyManager, view::to_view};

/// Why a client's token lifetime was not changed.
#[derive(Debug, Error)]
pub enum SetTokenLifetimeError {
    /// The lifetime.
    #[error(transparent)]
    TokenLifetime(#[from] InvalidTokenLifetime),
    /// The client could not be changed. An API key has no access tokens and is unknown here.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

impl Keys {
    /// Sets the lifetime of an OAuth client's access tokens in seconds, from the next one on. `None` is the server's default.
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
            return Err(KeyChangeError::Unknown.into());
        }
        let mut change = self.begin_change_of_living(manager, id).await?;
        if change.key.token_lifetime == lifetime {
            return Ok(to_view(change.key, self.parts.clock.now()));
        }
        change.key.token_lifetime = lifetime;
        let detail = lifetime.map(|lifetime| lifetime.seconds().to_string());
        let key = self.commit_change(change, manager, Action::TokenLifetimeChanged, detail.as_deref()).await?;
        Ok(to_view(key, self.parts.clock.now()))
    }
}
