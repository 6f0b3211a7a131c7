//! What keys may be used for: the scopes that an organization has defined, and those that are built in.

mod define;
mod delete;
mod list;

pub use define::DefineScopeError;
pub use delete::DeleteScopeError;
use latchkey_model::{
    id::OrganizationId,
    scope::{ScopeName, Scopes},
};
use sqlx::AnyConnection;
use thiserror::Error;

use crate::{StorageError, storage::scopes};

/// A scope that a key was to carry is neither defined by the organization nor built in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0} is not defined")]
pub struct UndefinedScope(pub ScopeName);

/// Why a key cannot carry some scopes.
pub(crate) enum CannotCarry {
    Undefined(UndefinedScope),
    Storage(StorageError),
}

/// Checks that a key of an organization can carry all of `wanted`, and holds them until the transaction ends: none is
/// deleted meanwhile.
pub(crate) async fn hold(
    change: &mut AnyConnection,
    organization: &OrganizationId,
    wanted: &Scopes,
) -> Result<(), CannotCarry> {
    let own: Vec<&ScopeName> = wanted.iter().filter(|name| name.built_in().is_none()).collect();
    if own.is_empty() {
        return Ok(());
    }
    let defined = scopes::take_for_change(change, organization).await.map_err(CannotCarry::Storage)?;
    match own.into_iter().find(|name| !defined.contains(name.as_str())) {
        Some(name) => Err(CannotCarry::Undefined(UndefinedScope(name.clone()))),
        None => Ok(()),
    }
}
