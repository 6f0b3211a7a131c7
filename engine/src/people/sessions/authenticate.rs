use std::{net::IpAddr, time::Duration};

use latchkey_model::{access_key::Action, redacted::SessionToken, session::Session, timestamp::Timestamp};
use latchkey_store::{StorageError, TokenDigest, organizations, sessions};
use tokio::time::timeout;

use super::new_session::{ABSOLUTE_TIMEOUT, IDLE_TIMEOUT};
use crate::{
    crypto::{token_digest, token_tags::TokenKind},
    people::{People, caller::Caller},
};

/// How often the use of a session is stored at most, so that reading does not mean writing.
const TOUCH_INTERVAL: Duration = Duration::from_mins(1);

/// How long a request waits until its use is stored. It goes on without that, and the next request tries again.
const TOUCH_TIMEOUT: Duration = Duration::from_secs(1);

impl People {
    /// Returns the member with a session token, or `None` if the session is unknown or has ended. A guessed token is not looked up.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn authenticate(&self, token: &SessionToken, address: IpAddr) -> Result<Option<Caller>, StorageError> {
        if !self.token_tags.is_genuine(TokenKind::Session, token.expose()) {
            return Ok(None);
        }
        let session = token_digest(token.expose());
        let now = self.parts.clock.now();
        let row = {
            let mut reader = self.parts.store.reader().await?;
            sessions::find(&mut reader, &session, now.minus(ABSOLUTE_TIMEOUT), now.minus(IDLE_TIMEOUT)).await?
        };
        let Some(row) = row else { return Ok(None) };
        if row.last_seen_at <= now.minus(TOUCH_INTERVAL) {
            self.touch_or_warn(&session, now).await;
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

    /// Uses one statement and no transaction, so that it can be cancelled at any time.
    async fn touch_or_warn(&self, session: &TokenDigest, now: Timestamp) {
        let touched = async { sessions::touch(&mut *self.parts.store.writer().await?, session, now).await };
        match timeout(TOUCH_TIMEOUT, touched).await {
            Ok(Ok(()) | Err(StorageError::ReadOnly)) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the use of a session was not stored");
            }
            Err(_) => tracing::warn!("the use of a session was not stored in time"),
        }
    }

    /// Returns what the console shows about the signed-in member.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn session(&self, caller: &Caller) -> Result<Session, StorageError> {
        let mut reader = self.parts.store.reader().await?;
        Ok(Session {
            member_id: caller.member_id.clone(),
            email: caller.email.display_form(),
            role: caller.role,
            organization: organizations::name(&mut reader, &caller.organization_id).await?,
            untrusted_proxy: None,
            issuer: self.parts.issuer.clone(),
            public_url: self.parts.public_url_is_set.then(|| self.parts.issuer.clone()),
        })
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), StorageError> {
        let mut change = self.parts.store.begin().await?;
        if sessions::delete(&mut change, &caller.session).await? {
            let record = caller.audit_record(caller.member_id.as_str(), Action::SignedOut, self.parts.clock.now());
            self.parts.audit.record(&mut change, &record).await?;
        }
        Ok(change.commit().await?)
    }

    /// Ends the session that a browser had when it got another one. Does nothing if that has ended already.
    ///
    /// # Errors
    /// [`StorageError`] if the database does not answer.
    pub async fn end_replaced_session(&self, token: &SessionToken, address: IpAddr) -> Result<(), StorageError> {
        match self.authenticate(token, address).await? {
            Some(caller) => self.sign_out(&caller).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ADDRESS, Node};

    #[tokio::test]
    async fn a_session_is_valid_even_if_its_use_cannot_be_stored() {
        let node = Node::start().await;
        let (token, _) = node.administrator().await;
        let writer = node.engine.store.begin().await.unwrap();
        node.advance(2 * TOUCH_INTERVAL);
        assert!(node.engine.people.authenticate(&token, ADDRESS).await.unwrap().is_some());
        drop(writer);
        assert!(node.engine.people.authenticate(&token, ADDRESS).await.unwrap().is_some());
        node.advance(IDLE_TIMEOUT.saturating_sub(TOUCH_INTERVAL));
        assert!(
            node.engine.people.authenticate(&token, ADDRESS).await.unwrap().is_some(),
            "the next request has stored it"
        );
    }
}
