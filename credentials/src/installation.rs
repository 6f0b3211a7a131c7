//! The installation's identity, which all its nodes share.

use latchkey_model::id::InstallationId;

use crate::{
    Random, StorageError,
    random::new_id,
    storage::{HeldTable, Storage, installation},
};

/// Reads the installation's ID, or makes it on the first start. Only the first start writes, so a later one succeeds on
/// a database that refuses writes.
pub(crate) async fn obtain_id(storage: &Storage, random: &dyn Random) -> Result<InstallationId, StorageError> {
    if let Some(id) = installation::id(&mut *storage.reader().await?).await? {
        return Ok(id);
    }
    // The lock that a move to this database holds as well: an ID that is copied into it is found here.
    let mut change = storage.begin_alone_on(HeldTable::SigningKeys).await?;
    if let Some(id) = installation::id(&mut change).await? {
        return Ok(id);
    }
    let id: InstallationId = new_id("ins", random)?;
    installation::insert(&mut change, &id).await?;
    change.commit().await?;
    Ok(id)
}
