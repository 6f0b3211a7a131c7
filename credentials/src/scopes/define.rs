use latchkey_model::{
    access_key::Action,
    scope::{DefineScope, InvalidDescription, InvalidScope, Scope, ScopeDescription, ScopeName},
};
use thiserror::Error;

use crate::{
    Administrator, Engine, LimitReached, Limited, NotAllowed, StorageError, audit::Entry,
    members::lock_as_administrator, storage::scopes,
};

/// Why a scope is not defined.
#[derive(Debug, Error)]
pub enum DefineScopeError {
    /// The name.
    #[error(transparent)]
    Name(#[from] InvalidScope),
    /// The description.
    #[error(transparent)]
    Description(#[from] InvalidDescription),
    /// A built-in scope has this name.
    #[error("this scope is built in")]
    BuiltIn,
    /// The organization has as many scopes as it may have.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The caller has lost the role meanwhile.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Defines a scope, or describes one anew.
    ///
    /// # Errors
    /// [`DefineScopeError`]; nothing is changed then.
    pub async fn define_scope(
        &self,
        administrator: &Administrator<'_>,
        request: &DefineScope,
    ) -> Result<Scope, DefineScopeError> {
        let name: ScopeName = request.name.trim().parse()?;
        let description: ScopeDescription = request.description.parse()?;
        if name.built_in().is_some() {
            return Err(DefineScopeError::BuiltIn);
        }
        let mut change = self.begin().await?;
        lock_as_administrator(&mut change, administrator).await??;
        let others = scopes::count_others(&mut change, &administrator.organization_id, &name).await?;
        Limited::Scopes.one_more(others, self.settings().limits.scopes)?;
        scopes::define(&mut change, &administrator.organization_id, &name, description.as_str()).await?;
        let entry = Entry::by(administrator, name.as_str(), Action::ScopeDefined, self.now());
        let detail = Some(description.as_str()).filter(|description| !description.is_empty());
        self.record(&mut change, &Entry { detail, ..entry }).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(Scope { name, description: description.as_str().to_owned(), built_in: false })
    }
}
