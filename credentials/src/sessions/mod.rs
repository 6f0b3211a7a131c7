//! People signing in and out.

mod authenticate;
mod change_password;
mod device;
mod recovery;
mod set_up;
mod sign_in;

use std::time::Duration;

pub(crate) use authenticate::{KEPT_AFTER_ITS_END, before};
use aws_lc_rs::digest;
pub use change_password::ChangePasswordError;
pub(crate) use device::{DeviceDigest, REMEMBERED_FOR};
use latchkey_model::{
    id::MemberId,
    redacted::{DeviceToken, SessionToken},
};
pub use recovery::{RecoveryLinkError, ResetPasswordError};
pub use set_up::{SetUp, SetUpError};
pub use sign_in::SignInError;
use sqlx::AnyConnection;

use crate::{Engine, StorageError, storage::sessions, token_tags::TokenKind};

/// A session ends this long after it began, whatever happens.
pub(crate) const ABSOLUTE_TIMEOUT: Duration = Duration::from_hours(7 * 24);

/// A session ends when it has not been used for this long.
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_hours(12);

/// A session that has just begun. Its tokens are given to the browser and kept nowhere.
#[derive(Debug)]
pub struct NewSession {
    /// 256 random bits and their tag, for the cookie.
    pub token: SessionToken,
    /// How long it lasts at the most.
    pub lifetime: Duration,
    /// By what the browser is known when it signs in again, for its other cookie. A browser that was signed in already
    /// keeps what it has.
    pub device: Option<DeviceToken>,
}

/// The SHA-256 of a session's token, in hexadecimal: what the database holds.
#[derive(Debug, Clone)]
pub(crate) struct SessionDigest(String);

impl SessionDigest {
    pub(crate) fn of(token: &SessionToken) -> Self {
        Self(digest_of(token.expose()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The SHA-256 of a random token, in hexadecimal.
pub(crate) fn digest_of(token: &str) -> String {
    use std::fmt::Write;
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().iter().fold(
        String::with_capacity(64),
        |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        },
    )
}

impl Engine {
    /// Begins a session: always a new token, never one that the browser brought. Beyond the limit, the oldest ends.
    pub(crate) async fn begin_session(
        &self,
        connection: &mut AnyConnection,
        member: &MemberId,
    ) -> Result<NewSession, StorageError> {
        let token = SessionToken::from(self.token_tags().make(TokenKind::Session, self.random()));
        let digest = SessionDigest::of(&token);
        sessions::insert(connection, &digest, member, self.now()).await?;
        sessions::keep_latest(connection, member, &digest, self.settings().limits.sessions.saturating_sub(1)).await?;
        Ok(NewSession { token, lifetime: ABSOLUTE_TIMEOUT, device: None })
    }
}
