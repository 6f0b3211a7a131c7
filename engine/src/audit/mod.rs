//! The audit log: who changed what, when and from where. Each record is written in the transaction of the change.

use std::sync::Arc;

use latchkey_store::{
    StorageError,
    audit_records::{self, NewAuditRecord},
};
use sqlx::AnyConnection;

use crate::random::Random;

/// The actor of what no member does: the command line, and the server itself.
pub(crate) const LATCHKEY: &str = "latchkey";

/// Writes audit records.
pub(crate) struct AuditLog {
    random: Arc<dyn Random>,
}

impl AuditLog {
    pub(crate) fn new(random: Arc<dyn Random>) -> Self {
        Self { random }
    }

    /// Writes a record. Its ID is ordered by time (UUID version 7, RFC 9562 §5.7).
    pub(crate) async fn record(
        &self,
        connection: &mut AnyConnection,
        record: &NewAuditRecord<'_>,
    ) -> Result<(), StorageError> {
        let mut random = [0; 10];
        self.random.fill(&mut random);
        let milliseconds = u64::try_from(record.at.0).unwrap_or_default();
        let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid();
        audit_records::insert(connection, &id.to_string(), record).await
    }
}
