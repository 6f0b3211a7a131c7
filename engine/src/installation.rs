//! The installation's identity, which all its nodes share.

use latchkey_model::id::InstallationId;
use latchkey_store::{LockedTable, StorageError, Store, installation};

use crate::random::{Random, new_id};

/// Reads the installation's ID, or creates it on the first start. Only the first start writes, so a later one succeeds on
/// a database that refuses writes.
pub(crate) async fn obtain_id(store: &Store, random: &dyn Random) -> Result<InstallationId, StorageError> {
    if let Some(id) = installation::id(&mut *store.reader().await?).await? {
        return Ok(id);
    }
    // A move to this database takes the same lock, so an ID that it copies is found here.
    let mut change = store.begin_locking(LockedTable::SigningKeys).await?;
    if let Some(id) = installation::id(&mut change).await? {
        return Ok(id);
    }
    let id: InstallationId = new_id("ins", random)?;
    installation::insert(&mut change, &id).await?;
    change.commit().await?;
    Ok(id)
}
