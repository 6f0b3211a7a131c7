use std::time::Duration;

use latchkey_model::{
    access_key::{Action, Activation, KeyStatus, Kind, StatusSet},
    id::AccessKeyId,
};
use latchkey_store::{
    StorageError,
    access_keys::{self, AccessKeyRow},
};
use thiserror::Error;

use super::{Keys, change::KeyChangeError, manager::KeyManager, scopes::ScopeRefused, view::to_view};
use crate::cluster::Confirmation;

/// Why a key's status was not changed.
#[derive(Debug, Error)]
pub enum SetStatusError {
    /// The key has expired, so activating it would change nothing.
    #[error("the key has expired")]
    Expired,
    /// The key has a built-in scope, so a credential cannot activate it.
    #[error(transparent)]
    Scope(#[from] ScopeRefused),
    /// The key could not be changed.
    #[error(transparent)]
    Change(#[from] KeyChangeError),
}

impl From<StorageError> for SetStatusError {
    fn from(error: StorageError) -> Self {
        Self::Change(error.into())
    }
}

impl Keys {
    /// Activates or deactivates a key, from the next request on. Returns once every live node has applied it, or after two seconds.
    /// Repeating a status changes nothing and confirms it again.
    ///
    /// # Errors
    /// [`SetStatusError`]; nothing is changed then, or (if the database failed at the end) it may have been.
    pub async fn set_status<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        id: &AccessKeyId,
        status: Activation,
    ) -> Result<StatusSet, SetStatusError> {
        let manager = manager.into();
        let now = self.parts.clock.now();
        let mut change = self.begin_change(manager, id).await?;
        if status == Activation::Active && change.key.status(now) == KeyStatus::Expired {
            return Err(SetStatusError::Expired);
        }
        let (state, action) = match status {
            Activation::Active => (change.key.state.activate(), Action::Activated),
            Activation::Inactive => (change.key.state.deactivate(), Action::Deactivated),
        };
        let state = state.map_err(|_| KeyChangeError::Unknown)?;
        if state == change.key.state {
            let key = change.key;
            drop(change.transaction);
            let confirmation = self.parts.cluster.confirm_all().await?;
            return Ok(self.status_set(key, status, confirmation).await?);
        }
        if status == Activation::Active {
            manager.may_grant(change.key.scopes.iter())?;
        }
        change.key.state = state;
        match status {
            Activation::Active => change.key.activated_at = Some(now),
            Activation::Inactive => change.key.generation += 1,
        }
        let (key, number) = self.commit_unconfirmed(change, manager, action, None).await?;
        let confirmation = self.parts.cluster.confirm(number).await?;
        Ok(self.status_set(key, status, confirmation).await?)
    }

    async fn status_set(
        &self,
        key: AccessKeyRow,
        status: Activation,
        Confirmation { applied, pending, at }: Confirmation,
    ) -> Result<StatusSet, StorageError> {
        // Read again, because the other nodes have written the last calls that they accepted.
        let key = if self.parts.cluster.has_other_nodes() {
            access_keys::by_id(&mut *self.parts.store.reader().await?, &key.id).await?.unwrap_or(key)
        } else {
            key
        };
        let key = self.parts.usage.with_latest_use(key);
        let ends_tokens = status == Activation::Inactive && key.kind() == Kind::OAuthClient && key.first_used.is_some();
        let lifetime = key.token_lifetime.map(|lifetime| Duration::from_secs(u64::from(lifetime.seconds())));
        let tokens_end_by = ends_tokens.then(|| at.plus(lifetime.unwrap_or(self.parts.token_lifetime)));
        Ok(StatusSet { key: to_view(key, self.parts.clock.now()), applied, pending, applied_at: at, tokens_end_by })
    }
}
