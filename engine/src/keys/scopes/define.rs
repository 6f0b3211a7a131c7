use latchkey_model::{
    access_key::Action,
    scope::{DefineScope, InvalidDescription, InvalidScope, Scope, ScopeDescription, ScopeName},
};
use latchkey_store::{StorageError, audit_records::NewAuditRecord, scopes};
use thiserror::Error;

use crate::{
    keys::Keys,
    limits::{LimitReached, Limited},
    people::{self, Administrator, NotAllowed},
};

/// Why a scope was not defined.
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
    /// The caller has lost the role while the request waited.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Keys {
    /// Defines a scope, or changes the description of one.
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
        let mut change = self.parts.store.begin().await?;
        people::check_and_lock::<DefineScopeError>(&mut change, administrator).await?;
        let others = scopes::count_others(&mut change, &administrator.organization_id, &name).await?;
        Limited::Scopes.check_one_more(others, self.parts.limits.scopes)?;
        scopes::define(&mut change, &administrator.organization_id, &name, description.as_str()).await?;
        let detail = Some(description.as_str()).filter(|description| !description.is_empty());
        let record = administrator.audit_record(name.as_str(), Action::ScopeDefined, self.parts.clock.now());
        self.parts.audit.record(&mut change, &NewAuditRecord { detail, ..record }).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(Scope { name, description: description.as_str().to_owned(), built_in: false })
    }
}
