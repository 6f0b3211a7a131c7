use latchkey_model::access_key::Action;
use sqlx::AnyConnection;

use super::RESTORABLE_FOR;
use crate::{
    Engine, StorageError,
    audit::{Entry, LATCHKEY},
    sessions::before,
    storage::access_keys,
};

impl Engine {
    /// Removes the keys that can be restored no more. Their histories stay, and end with this.
    pub(crate) async fn purge_access_keys(&self, connection: &mut AnyConnection) -> Result<(), StorageError> {
        let now = self.now();
        for key in access_keys::purge(connection, before(now, RESTORABLE_FOR)).await? {
            let entry = Entry {
                organization: &key.organization_id,
                subject: key.id.as_str(),
                revision: key.revision + 1,
                action: Action::Purged,
                at: now,
                by: LATCHKEY,
                from: LATCHKEY.to_owned(),
                detail: Some(&key.name),
            };
            self.record(connection, &entry).await?;
        }
        Ok(())
    }
}
