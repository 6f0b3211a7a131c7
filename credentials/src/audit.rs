//! The record of every change: who, what, when, from where. It is written in the change's own transaction.

use latchkey_model::{access_key::Action, id::OrganizationId, timestamp::Timestamp};
use sqlx::AnyConnection;

use crate::{
    Caller, Engine, KeyManager, StorageError,
    storage::{audit_records, members::MemberRow},
};

/// Who signs for what no member does: the command line, and the server by itself.
pub(crate) const LATCHKEY: &str = "latchkey";

/// One record.
pub(crate) struct Entry<'a> {
    pub(crate) organization: &'a OrganizationId,
    /// The ID of the key or member that was changed.
    pub(crate) subject: &'a str,
    /// The subject's revision after the change; 0 for members, whose records are in order of time.
    pub(crate) revision: i64,
    pub(crate) action: Action,
    pub(crate) at: Timestamp,
    pub(crate) by: &'a str,
    pub(crate) from: String,
    pub(crate) detail: Option<&'a str>,
}

impl<'a> Entry<'a> {
    /// A record of what a caller does to something in the caller's organization.
    pub(crate) fn by(caller: &'a Caller, subject: &'a str, action: Action, at: Timestamp) -> Self {
        Self {
            organization: &caller.organization_id,
            subject,
            revision: 0,
            action,
            at,
            by: caller.email.as_str(),
            from: caller.address.to_string(),
            detail: None,
        }
    }

    /// A record of what a manager of access keys does to one.
    pub(crate) fn by_manager(manager: KeyManager<'a>, subject: &'a str, action: Action, at: Timestamp) -> Self {
        Self {
            organization: manager.organization_id,
            subject,
            revision: 0,
            action,
            at,
            by: manager.name,
            from: manager.address.to_string(),
            detail: None,
        }
    }

    /// A record of what a member does to the own account.
    pub(crate) fn by_themselves(member: &'a MemberRow, action: Action, at: Timestamp, from: String) -> Self {
        Self {
            organization: &member.organization_id,
            subject: member.id.as_str(),
            revision: 0,
            action,
            at,
            by: member.email.as_str(),
            from,
            detail: None,
        }
    }
}

impl Engine {
    /// Writes a record; its ID is ordered by time (UUID version 7, RFC 9562 §5.7).
    pub(crate) async fn record(&self, connection: &mut AnyConnection, entry: &Entry<'_>) -> Result<(), StorageError> {
        let mut random = [0; 10];
        self.random().fill(&mut random);
        let milliseconds = u64::try_from(entry.at.0).unwrap_or_default();
        let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid();
        audit_records::insert(connection, &id.to_string(), entry).await
    }
}
