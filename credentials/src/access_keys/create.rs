use latchkey_model::{
    access_key::{Action, CreateAccessKey, CreatedAccessKey},
    id::{AccessKeyId, RequestId},
    name::{InvalidName, KeyName},
    scope::Scopes,
};
use thiserror::Error;

use super::{KeyRecord, State};
use crate::{
    Engine, KeyManager, Overloaded, StorageError,
    audit::Entry,
    scopes::{self, CannotCarry, ScopeRefused},
    secret::{self, SecretTag},
    storage::{access_keys, is_duplicate},
};

/// Why no key was made.
#[derive(Debug, Error)]
pub enum CreateAccessKeyError {
    /// The name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The expiry is not in the future.
    #[error("choose an expiry in the future")]
    ExpiryPassed,
    /// A scope that the key is not given.
    #[error(transparent)]
    Scope(#[from] ScopeRefused),
    /// The same request made this key before. Its secret is not to be had again.
    #[error("this request was carried out before")]
    AlreadyCreated(AccessKeyId),
    /// Too many secrets are being hashed.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CannotCarry> for CreateAccessKeyError {
    fn from(reason: CannotCarry) -> Self {
        match reason {
            CannotCarry::Refused(scope) => Self::Scope(scope),
            CannotCarry::Storage(error) => Self::Storage(error),
        }
    }
}

impl Engine {
    /// Makes a key, inactive, and tells its secret: once, and never again.
    ///
    /// # Errors
    /// [`CreateAccessKeyError`]; nothing is made then.
    pub async fn create_access_key<'m>(
        &self,
        manager: impl Into<KeyManager<'m>>,
        request: &CreateAccessKey,
    ) -> Result<CreatedAccessKey, CreateAccessKeyError> {
        let manager = manager.into();
        let name = KeyName::parse(&request.name)?;
        if request.expires_at.is_some_and(|expiry| expiry <= self.now()) {
            return Err(CreateAccessKeyError::ExpiryPassed);
        }
        let id: AccessKeyId = self.new_id(request.kind.id_prefix())?;
        let secret = secret::generate(&self.settings().secret_prefix, &id, self.random());
        let key = KeyRecord {
            id,
            organization_id: manager.organization_id.clone(),
            name: name.into(),
            state: State::Inactive,
            scopes: request.scopes.clone(),
            generation: 1,
            revision: 1,
            secret_hash: self.secrets().hash(secret.expose()).await?,
            secret_tag: SecretTag::of(secret.expose()),
            created_at: self.now(),
            created_by: manager.name.to_owned(),
            expires_at: request.expires_at,
            first_used: None,
            last_used: None,
        };
        self.store(manager, &key, request.request_id.as_ref()).await?;
        Ok(CreatedAccessKey { key: key.shown(self.now()), secret })
    }

    async fn store(
        &self,
        manager: KeyManager<'_>,
        key: &KeyRecord,
        request: Option<&RequestId>,
    ) -> Result<(), CreateAccessKeyError> {
        let mut change = self.begin().await?;
        scopes::hold(&mut change, manager, &key.scopes, &Scopes::default()).await?;
        match access_keys::insert(&mut change, key, request).await {
            Err(StorageError::Unavailable(error)) if is_duplicate(&error) => {
                drop(change);
                return Err(self.explain_duplicate(manager, request, error).await);
            }
            other => other?,
        }
        let entry = Entry::by_manager(manager, key.id.as_str(), Action::Created, key.created_at);
        self.record(&mut change, &Entry { revision: key.revision, ..entry }).await?;
        Ok(change.commit().await.map_err(StorageError::from)?)
    }

    /// A duplicate is a repeated request, or (once in many lifetimes) an ID drawn twice.
    async fn explain_duplicate(
        &self,
        manager: KeyManager<'_>,
        request: Option<&RequestId>,
        error: sqlx::Error,
    ) -> CreateAccessKeyError {
        let existing = async {
            let Some(request) = request else { return Ok(None) };
            let mut reader = self.reader().await?;
            access_keys::id_by_request(&mut reader, manager.organization_id, request).await
        };
        match existing.await {
            Ok(Some(id)) => CreateAccessKeyError::AlreadyCreated(id),
            Ok(None) => CreateAccessKeyError::Storage(StorageError::Unavailable(error)),
            Err(error) => CreateAccessKeyError::Storage(error),
        }
    }
}
