use std::time::Duration;

use latchkey_model::{access_key::Action, id::AccessKeyId};
use latchkey_store::{StorageError, access_keys, audit_records::NewAuditRecord};
use sqlx::AnyConnection;

use super::Keys;
use crate::audit::LATCHKEY;

/// How long a deleted key can be restored.
pub(super) const RESTORABLE_FOR: Duration = Duration::from_hours(30 * 24);

impl Keys {
    /// Marks the keys that have expired, and removes those that can no longer be restored. Returns the removed ones. Their histories
    /// are kept, and end with this.
    pub(crate) async fn purge(&self, connection: &mut AnyConnection) -> Result<Vec<AccessKeyId>, StorageError> {
        let now = self.parts.clock.now();
        access_keys::mark_expired(connection, now).await?;
        let purged = access_keys::purge(connection, now.minus(RESTORABLE_FOR)).await?;
        for key in &purged {
            let record = NewAuditRecord {
                organization: &key.organization_id,
                subject: key.id.as_str(),
                revision: key.revision + 1,
                action: Action::Purged,
                at: now,
                by: LATCHKEY,
                from: LATCHKEY.to_owned(),
                detail: Some(&key.name),
            };
            self.parts.audit.record(connection, &record).await?;
        }
        Ok(purged.into_iter().map(|key| key.id).collect())
    }
}
