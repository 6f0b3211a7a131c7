use latchkey_model::{access_key::Action, id::AccessKeyId};
use sqlx::AnyConnection;

use super::RESTORABLE_FOR;
use crate::{
    Engine, StorageError,
    audit::{Entry, LATCHKEY},
    sessions::before,
    storage::access_keys,
};

impl Engine {
    /// Notes which keys have expired, removes those that can be restored no more, and tells which. Their histories stay,
    /// and end with this.
    pub(crate) async fn purge_access_keys(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<AccessKeyId>, StorageError> {
        let now = self.now();
        access_keys::note_expired(connection, now).await?;
        let purged = access_keys::purge(connection, before(now, RESTORABLE_FOR)).await?;
        for key in &purged {
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
        Ok(purged.into_iter().map(|key| key.id).collect())
    }
}
