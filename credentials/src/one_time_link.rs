//! One-time links: set-up, invitation, recovery. The token stands in the URL's fragment, which no browser sends
//! to a server; the database holds its digest alone.

use latchkey_model::{
    email::Email,
    id::{MemberId, OrganizationId},
    member::{OneTimeLink, Role},
    redacted::LinkToken,
};
use sqlx::AnyConnection;

use crate::{Engine, StorageError, sessions::digest_of, storage::one_time_links, token_tags::TokenKind};

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

/// What a link lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Make an organization and its first administrator.
    SetUp,
    /// Join an organization.
    Invitation {
        /// Which one.
        organization: OrganizationId,
        /// Whom it is for.
        email: Email,
        /// The role that it gives.
        role: Role,
    },
    /// Choose a new password.
    Recovery {
        /// Whose.
        member: MemberId,
    },
}

impl Purpose {
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::Invitation { .. } => "invitation",
            Self::Recovery { .. } => "recovery",
        }
    }

    /// The console's page that takes the token.
    fn page(&self) -> &'static str {
        match self {
            Self::SetUp => "set-up",
            Self::Invitation { .. } => "accept-invitation",
            Self::Recovery { .. } => "reset-password",
        }
    }

    /// How long the link lasts, in milliseconds.
    fn lifetime(&self) -> i64 {
        match self {
            Self::SetUp | Self::Recovery { .. } => DAY,
            Self::Invitation { .. } => 7 * DAY,
        }
    }
}

/// The SHA-256 of a link's token. The token has 256 random bits, so the digest needs no salt.
pub(crate) struct LinkDigest(String);

impl LinkDigest {
    fn new(token: &LinkToken) -> Self {
        Self(digest_of(token.expose()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Engine {
    /// What a link's token is looked up by; `None` if Latchkey did not make it: a guessed one is not looked up.
    pub(crate) fn link_digest(&self, token: &LinkToken) -> Option<LinkDigest> {
        self.token_tags().is_genuine(TokenKind::Link, token.expose()).then(|| LinkDigest::new(token))
    }

    /// Makes a link and stores its digest, and whose right it stands on (nobody's, if the operator makes it).
    pub(crate) async fn make_link(
        &self,
        connection: &mut AnyConnection,
        purpose: &Purpose,
        made_by: Option<&MemberId>,
    ) -> Result<OneTimeLink, StorageError> {
        let token = LinkToken::from(self.token_tags().make(TokenKind::Link, self.random()));
        let expires_at = self.now().plus_milliseconds(purpose.lifetime());
        one_time_links::insert(connection, &LinkDigest::new(&token), purpose, made_by, expires_at).await?;
        let link = format!("{}/{}#{}", self.issuer(), purpose.page(), token.expose());
        Ok(OneTimeLink { link: LinkToken::from(link), expires_at })
    }
}
