//! One-time links: set-up, invitation, recovery. The token is in the URL's fragment, which browsers do not send to a server. The
//! database holds only its digest.

use std::time::Duration;

use latchkey_model::{id::MemberId, member::OneTimeLink, redacted::LinkToken};
use latchkey_store::{
    StorageError, TokenDigest,
    one_time_links::{self, LinkPurpose},
};
use sqlx::AnyConnection;

use super::People;
use crate::crypto::{token_digest, token_tags::TokenKind};

/// Returns the console's page that takes the token.
fn page(purpose: &LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::SetUp => "set-up",
        LinkPurpose::Invitation { .. } => "accept-invitation",
        LinkPurpose::Recovery { .. } => "reset-password",
    }
}

/// Returns how long a link lasts.
fn lifetime(purpose: &LinkPurpose) -> Duration {
    match purpose {
        LinkPurpose::SetUp | LinkPurpose::Recovery { .. } => Duration::from_hours(24),
        LinkPurpose::Invitation { .. } => Duration::from_hours(7 * 24),
    }
}

impl People {
    /// Returns the digest by which a link is looked up, or `None` if Latchkey did not create it: a guessed link is not looked up.
    pub(super) fn link_digest(&self, token: &LinkToken) -> Option<TokenDigest> {
        let is_genuine = self.token_tags.is_genuine(TokenKind::Link, token.expose());
        is_genuine.then(|| token_digest(token.expose()))
    }

    /// Creates a link and stores its digest with the member whose right it depends on, who is `None` for the operator.
    pub(super) async fn make_link(
        &self,
        connection: &mut AnyConnection,
        purpose: &LinkPurpose,
        made_by: Option<&MemberId>,
    ) -> Result<OneTimeLink, StorageError> {
        let token = LinkToken::from(self.token_tags.make(TokenKind::Link, &*self.parts.random));
        let expires_at = self.parts.clock.now().plus(lifetime(purpose));
        one_time_links::insert(connection, &token_digest(token.expose()), purpose, made_by, expires_at).await?;
        let link = format!("{}/{}#{}", self.parts.issuer, page(purpose), token.expose());
        Ok(OneTimeLink { link: LinkToken::from(link), expires_at })
    }
}
