use latchkey_model::scope::{ScopeName, Scopes};
use latchkey_store::{StorageError, scopes};
use sqlx::AnyConnection;

use super::refused::ScopeRefused;
use crate::keys::manager::KeyManager;

/// Checks that a manager may give `wanted` to a key with the scopes `current`, and locks these scopes until the transaction ends, so
/// that none is deleted.
///
/// # Errors
/// [`ScopeRefused`] or [`StorageError`].
pub(in crate::keys) async fn check_and_lock<E>(
    change: &mut AnyConnection,
    manager: KeyManager<'_>,
    wanted: &Scopes,
    current: &Scopes,
) -> Result<(), E>
where
    E: From<ScopeRefused> + From<StorageError>,
{
    let granted = wanted.iter().filter(|name| !current.contains(name.as_str()));
    manager.may_grant(granted)?;
    let defined_here: Vec<&ScopeName> = wanted.iter().filter(|name| name.built_in().is_none()).collect();
    if defined_here.is_empty() {
        return Ok(());
    }
    let locked = scopes::lock_for_update(change, manager.organization_id, defined_here.iter().copied()).await?;
    match defined_here.into_iter().find(|name| !locked.contains(name.as_str())) {
        Some(name) => Err(ScopeRefused::Undefined(name.clone()).into()),
        None => Ok(()),
    }
}
