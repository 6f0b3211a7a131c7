use std::sync::Arc;

use latchkey_model::access_key::KeyStatus;
use latchkey_store::StorageError;

use super::{
    Verification,
    audience::AcceptedAudiences,
    claims::Claims,
    verified::{Verified, VerifiedToken},
    verify_error::VerifyError,
};
use crate::signing::{SigningKeysError, Unverified};

impl Verification {
    /// Verifies an access token: its signature, audience and time, and that its client is still active and of the same generation.
    pub(super) async fn verify_access_token(
        &self,
        token: &str,
        accepted: AcceptedAudiences<'_>,
    ) -> Result<Verified, VerifyError> {
        let claims = self.signed_claims(token).await?.ok_or(VerifyError::Refused)?;
        if !accepted.includes(&claims.aud) || !claims.are_in_time(self.parts.clock.now()) {
            return Err(VerifyError::Refused);
        }
        let key = self.parts.key_cache.client_of_token(&claims.client_id, &claims.jti).await?;
        let key = key.ok_or(VerifyError::Refused)?;
        let is_active = key.status(self.parts.clock.now()) == KeyStatus::Active;
        if !is_active || key.generation != claims.latchkey_generation {
            return Err(VerifyError::Refused);
        }
        let scopes = key.scopes.intersection(&claims.scope);
        Ok(Verified { key, token: Some(VerifiedToken { claims, scopes }) })
    }

    /// Returns the claims of a token that Latchkey signed, whatever its audience and time. A key that another node has just created
    /// is looked for in the database.
    ///
    /// # Errors
    /// [`StorageError`] if that cannot be known.
    pub(crate) async fn signed_claims(&self, token: &str) -> Result<Option<Arc<Claims>>, StorageError> {
        match self.cached_claims(token).await {
            Err(Unverified::UnknownKey) => match Box::pin(self.parts.signing_keys.catch_up()).await {
                Ok(()) => Ok(self.cached_claims(token).await.ok()),
                Err(SigningKeysError::Storage(error)) => Err(error),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the signing keys could not be read");
                    Ok(None)
                }
            },
            verified => Ok(verified.ok()),
        }
    }

    async fn cached_claims(&self, token: &str) -> Result<Arc<Claims>, Unverified> {
        let ring = self.parts.signing_keys.key_ring();
        self.verified_tokens.claims(token, &ring, &self.parts.issuer).await
    }
}
