use std::sync::Arc;

use latchkey_model::{
    access_key::KeyStatus,
    id::{AccessKeyId, OrganizationId},
    scope::Scopes,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    audience::{Accepted, Audiences},
    verify::{Token, Verified, VerifyError},
};
use crate::{
    Engine, StorageError,
    clock::CLOCK_LEEWAY,
    signing::{SigningKeysError, Unverified},
};

/// The claims of an access token (RFC 9068 §2.2), and two of ours.
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
    /// From when on it is good (RFC 7519 §4.1.5): what is in force already needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nbf: Option<i64>,
    /// When it ends, in seconds since 1970.
    pub(super) exp: i64,
    /// The token's own identifier.
    pub(super) jti: String,
    /// What the token may be used for (RFC 9068 §2.2.3).
    #[serde(default, skip_serializing_if = "Scopes::is_empty", with = "space_separated")]
    pub(super) scope: Scopes,
    /// The client's generation when the token was issued; deactivation raises it.
    pub(super) latchkey_generation: i64,
    /// Whose client it is: each organization gives the names of scopes a meaning of its own.
    pub(super) latchkey_organization: OrganizationId,
}

/// The claim `scope` is one text (RFC 8693 §4.2).
mod space_separated {
    use latchkey_model::scope::Scopes;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(scopes: &Scopes, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(scopes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scopes, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Claims {
    /// Whether the token's time has come, on the node with the fastest clock, and not ended, on this one.
    fn are_in_time(&self, now: Timestamp) -> bool {
        let fastest = now.plus(CLOCK_LEEWAY).seconds();
        self.nbf.unwrap_or(self.iat).max(self.iat) <= fastest && now.seconds() < self.exp
    }
}

impl Engine {
    /// Checks an access token of ours: its audience and time, and that its client is still active and of the same
    /// generation.
    pub(super) async fn verify_access_token(
        &self,
        token: &str,
        accepted: Accepted<'_>,
    ) -> Result<Verified, VerifyError> {
        let claims = self.signed_claims(token).await?.ok_or(VerifyError::Refused)?;
        if !accepted.includes(&claims.aud) || !claims.are_in_time(self.now()) {
            return Err(VerifyError::Refused);
        }
        let key = self.client_of_token(&claims.client_id, &claims.jti).await?.ok_or(VerifyError::Refused)?;
        if key.status(self.now()) != KeyStatus::Active || key.generation != claims.latchkey_generation {
            return Err(VerifyError::Refused);
        }
        let scopes = key.scopes.intersection(&claims.scope);
        Ok(Verified { key, token: Some(Token { claims, scopes }) })
    }

    /// The claims of a token that we signed, whoever it is for, and whether or not its time is over. A key that
    /// another node has just made is looked for in the database.
    ///
    /// # Errors
    /// [`StorageError`] if that cannot be known.
    pub(super) async fn signed_claims(&self, token: &str) -> Result<Option<Arc<Claims>>, StorageError> {
        match self.claims_at_hand(token).await {
            Err(Unverified::UnknownKey) => match Box::pin(self.catch_up_with_signing_keys()).await {
                Ok(()) => Ok(self.claims_at_hand(token).await.ok()),
                Err(SigningKeysError::Storage(error)) => Err(error),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the signing keys could not be read");
                    Ok(None)
                }
            },
            verified => Ok(verified.ok()),
        }
    }

    async fn claims_at_hand(&self, token: &str) -> Result<Arc<Claims>, Unverified> {
        self.verified_tokens().claims(token, &self.signing_keys(), self.issuer()).await
    }

    /// The resources that access tokens can be for.
    #[must_use]
    pub fn audiences(&self) -> &Audiences {
        &self.settings().audiences
    }
}
