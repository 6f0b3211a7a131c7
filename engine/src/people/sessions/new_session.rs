use std::time::Duration;

use latchkey_model::{
    access_key::Action,
    id::MemberId,
    redacted::{DeviceToken, SessionToken},
    timestamp::Timestamp,
};
use latchkey_store::{StorageError, audit_records::NewAuditRecord, members::MemberRow, sessions};
use sqlx::AnyConnection;

use crate::{
    crypto::{token_digest, token_tags::TokenKind},
    people::People,
};

/// A session ends this long after it began.
pub(super) const ABSOLUTE_TIMEOUT: Duration = Duration::from_hours(7 * 24);

/// A session ends after this long without use.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_hours(12);

/// A session that has just begun. Its tokens are given to the browser and stored nowhere.
#[derive(Debug)]
pub struct NewSession {
    /// 256 random bits and their tag, for the cookie.
    pub token: SessionToken,
    /// How long it lasts at most.
    pub lifetime: Duration,
    /// The token by which the browser is known when it signs in again, for its other cookie. `None` for a browser that was signed in
    /// already, which keeps its token.
    pub device: Option<DeviceToken>,
}

impl People {
    /// Begins a session, always with a new token, never with one that the browser sent. Beyond the limit, the oldest session ends.
    pub(in crate::people) async fn begin_session(
        &self,
        connection: &mut AnyConnection,
        member: &MemberId,
    ) -> Result<NewSession, StorageError> {
        let token = SessionToken::from(self.token_tags.make(TokenKind::Session, &*self.parts.random));
        let digest = token_digest(token.expose());
        sessions::insert(connection, &digest, member, self.parts.clock.now()).await?;
        sessions::keep_latest(connection, member, &digest, self.parts.limits.sessions.saturating_sub(1)).await?;
        Ok(NewSession { token, lifetime: ABSOLUTE_TIMEOUT, device: None })
    }
}

/// Returns the audit record of what a member does to the member's own account.
pub(super) fn record_by_member(member: &MemberRow, action: Action, at: Timestamp, from: String) -> NewAuditRecord<'_> {
    NewAuditRecord {
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
