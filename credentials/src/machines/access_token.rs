use std::net::IpAddr;

use latchkey_model::{access_key::KeyStatus, id::AccessKeyId, timestamp::Timestamp};
use serde::{Deserialize, Serialize};

use super::verify::{Verified, VerifyError};
use crate::{Engine, storage::access_keys};

/// The claims of an access token (RFC 9068 §2.2), and the generation of ours.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The issuer: Latchkey's public URL.
    pub(super) iss: String,
    /// The client itself: with `client_credentials` there is no other subject (RFC 9068 §2.2).
    pub(super) sub: AccessKeyId,
    /// The client that asked for the token.
    pub(super) client_id: AccessKeyId,
    /// Whom the token is for.
    pub(super) aud: String,
    /// When it was issued, in seconds since 1970.
    pub(super) iat: i64,
    /// When it ends, in seconds since 1970.
    pub(super) exp: i64,
    /// The token's own identifier.
    pub(super) jti: String,
    /// The client's generation when the token was issued; deactivation raises it.
    pub(super) latchkey_generation: i64,
}

impl Claims {
    fn are_in_time(&self, now: Timestamp) -> bool {
        self.iat <= now.seconds() && now.seconds() < self.exp
    }
}

impl Engine {
    /// Checks an access token of ours, and that its client is active and of the same generation still.
    pub(super) async fn verify_access_token(&self, token: &str, address: IpAddr) -> Result<Verified, VerifyError> {
        let claims: Claims =
            self.signing_keys().verify(token, self.issuer(), self.audience()).ok_or(VerifyError::Refused)?;
        if !claims.are_in_time(self.now()) {
            return Err(VerifyError::Refused);
        }
        let key = access_keys::by_id(&mut *self.reader().await?, &claims.client_id).await?;
        let key = key.ok_or(VerifyError::Refused)?;
        if key.status(self.now()) != KeyStatus::Active || key.generation != claims.latchkey_generation {
            return Err(VerifyError::Refused);
        }
        self.count_use(&key, address).await;
        Ok(key.into())
    }

    /// The `aud` of access tokens.
    pub(super) fn audience(&self) -> &str {
        self.settings().audience.as_deref().unwrap_or(self.issuer())
    }
}
