use std::{net::IpAddr, time::Duration};

use latchkey_model::{access_key::Action, redacted::SessionToken, session::Session, timestamp::Timestamp};
use tokio::time::timeout;

use super::{ABSOLUTE_TIMEOUT, IDLE_TIMEOUT, REMEMBERED_FOR, SessionDigest};
use crate::{
    Caller, Engine, StorageError,
    audit::Entry,
    clock::CLOCK_LEEWAY,
    propagation::ANNOUNCED_FOR,
    storage::{organizations, sessions},
    token_tags::TokenKind,
};

/// Use is noted this often at the most, so that reading does not mean writing.
const NOTED_EVERY: Duration = Duration::from_mins(1);

/// How long a request waits until its use is noted. It goes on without that: the next one tries again.
const NOTED_WITHIN: Duration = Duration::from_secs(1);

/// How long what is refused stays refused by record, after it would be by its age: a node with a slower clock may
/// need to know.
pub(crate) const KEPT_AFTER_ITS_END: Duration = CLOCK_LEEWAY.saturating_mul(5);

impl Engine {
    /// Who holds a session token; `None` if the session is unknown or has ended. A guessed token is not looked up.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn authenticate(&self, token: &SessionToken, address: IpAddr) -> Result<Option<Caller>, StorageError> {
        if !self.token_tags().is_genuine(TokenKind::Session, token.expose()) {
            return Ok(None);
        }
        let session = SessionDigest::of(token);
        let now = self.now();
        let row = {
            let mut reader = self.reader().await?;
            sessions::find(&mut reader, &session, before(now, ABSOLUTE_TIMEOUT), before(now, IDLE_TIMEOUT)).await?
        };
        let Some(row) = row else { return Ok(None) };
        if row.last_seen_at <= before(now, NOTED_EVERY) {
            self.note_use_or_warn(&session, now).await;
        }
        Ok(Some(Caller {
            member_id: row.member_id,
            organization_id: row.organization_id,
            email: row.email,
            role: row.role,
            address,
            session,
        }))
    }

    /// One statement, and no transaction, so that it can be left at any moment.
    async fn note_use_or_warn(&self, session: &SessionDigest, now: Timestamp) {
        let noted = async { sessions::touch(&mut *self.writer().await?, session, now).await };
        match timeout(NOTED_WITHIN, noted).await {
            Ok(Ok(()) | Err(StorageError::ReadOnly)) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the use of a session was not noted");
            }
            Err(_) => tracing::warn!("the use of a session was not noted in time"),
        }
    }

    /// What the console shows of the signed-in member.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn session(&self, caller: &Caller) -> Result<Session, StorageError> {
        let mut reader = self.reader().await?;
        Ok(Session {
            member_id: caller.member_id.clone(),
            email: caller.email.display_form(),
            role: caller.role,
            organization: organizations::name(&mut reader, &caller.organization_id).await?,
            untrusted_proxy: None,
            issuer: self.issuer().to_owned(),
            public_url: self.settings().public_url_is_set.then(|| self.issuer().to_owned()),
        })
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), StorageError> {
        let mut change = self.begin().await?;
        if sessions::delete(&mut change, &caller.session).await? {
            let entry = Entry::by(caller, caller.member_id.as_str(), Action::SignedOut, self.now());
            self.record(&mut change, &entry).await?;
        }
        Ok(change.commit().await?)
    }

    /// Ends the session that a browser had when it got another; nothing happens if that has ended already.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn end_replaced_session(&self, token: &SessionToken, address: IpAddr) -> Result<(), StorageError> {
        match self.authenticate(token, address).await? {
            Some(caller) => self.sign_out(&caller).await,
            None => Ok(()),
        }
    }

    /// Removes sessions, links, devices and keys whose time is over.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer; nothing is removed then.
    pub async fn remove_what_has_ended(&self) -> Result<(), StorageError> {
        let now = self.now();
        let mut change = self.begin().await?;
        sessions::delete_ended(&mut change, before(now, ABSOLUTE_TIMEOUT), before(now, IDLE_TIMEOUT)).await?;
        crate::storage::one_time_links::delete_ended(&mut change, now).await?;
        let needed_nowhere = before(now, KEPT_AFTER_ITS_END);
        crate::storage::revoked_tokens::delete_ended(&mut change, needed_nowhere).await?;
        crate::storage::used_assertions::delete_ended(&mut change, needed_nowhere).await?;
        crate::storage::member_devices::delete_ended(&mut change, before(now, REMEMBERED_FOR)).await?;
        crate::storage::members::delete_ended_addresses(&mut change, before(now, REMEMBERED_FOR)).await?;
        crate::storage::dialect::nodes::forget_before(&mut change, ANNOUNCED_FOR).await?;
        let purged = self.purge_access_keys(&mut change).await?;
        change.commit().await?;
        self.directory().forget(&purged);
        self.directory().revoked_tokens().forget_ended_before(needed_nowhere);
        Ok(())
    }
}

/// The moment that lies a while before another.
pub(crate) fn before(now: Timestamp, duration: Duration) -> Timestamp {
    now.plus_milliseconds(-i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADDRESS, Node};

    #[tokio::test]
    async fn a_session_is_good_though_its_use_cannot_be_noted() {
        let node = Node::start().await;
        let (token, _) = node.administrator().await;
        let writer = node.engine.begin().await.unwrap();
        node.advance(2 * NOTED_EVERY);
        assert!(node.engine.authenticate(&token, ADDRESS).await.unwrap().is_some());
        drop(writer);
        assert!(node.engine.authenticate(&token, ADDRESS).await.unwrap().is_some());
        node.advance(IDLE_TIMEOUT.saturating_sub(NOTED_EVERY));
        assert!(node.engine.authenticate(&token, ADDRESS).await.unwrap().is_some(), "the next request has noted it");
    }
}
