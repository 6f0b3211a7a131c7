//! What keys may be used for: the scopes that an organization has defined, and those that are built in.

mod define;
mod delete;
mod list;

pub use define::DefineScopeError;
pub use delete::DeleteScopeError;
use latchkey_model::scope::{ScopeName, Scopes};
use sqlx::AnyConnection;
use thiserror::Error;

use crate::{KeyManager, StorageError, storage::scopes};

/// A scope that a key is not given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeRefused {
    /// It is neither defined by the organization nor built in.
    #[error("{0} is not defined")]
    Undefined(ScopeName),
    /// It is built in: people grant it, and no credential does.
    #[error("{0} is granted by administrators alone")]
    NotGranted(ScopeName),
}

/// Why a key cannot be given some scopes.
pub(crate) enum CannotCarry {
    Refused(ScopeRefused),
    Storage(StorageError),
}

/// Checks that a manager may give `wanted` to a key that carries `carried`, and holds these scopes until the
/// transaction ends: none is deleted meanwhile.
pub(crate) async fn hold(
    change: &mut AnyConnection,
    manager: KeyManager<'_>,
    wanted: &Scopes,
    carried: &Scopes,
) -> Result<(), CannotCarry> {
    let granted = wanted.iter().filter(|name| !carried.contains(name.as_str()));
    manager.may_grant(granted).map_err(CannotCarry::Refused)?;
    let own: Vec<&ScopeName> = wanted.iter().filter(|name| name.built_in().is_none()).collect();
    if own.is_empty() {
        return Ok(());
    }
    let taken = scopes::take_for_change(change, manager.organization_id, own.iter().copied()).await;
    let defined = taken.map_err(CannotCarry::Storage)?;
    match own.into_iter().find(|name| !defined.contains(name.as_str())) {
        Some(name) => Err(CannotCarry::Refused(ScopeRefused::Undefined(name.clone()))),
        None => Ok(()),
    }
}
