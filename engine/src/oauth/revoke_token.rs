use std::{net::IpAddr, sync::atomic::Ordering, time::Duration};

use latchkey_model::timestamp::Timestamp;
use latchkey_store::{
    StorageError,
    cluster::{Announcement, ChangeNumber},
    dialect::nodes,
    revoked_tokens,
};
use thiserror::Error;

use super::{OAuth, client_authentication::ClientAuthentication};
use crate::{concurrency::Overloaded, rate_limit::TooManyAttempts, time::KEPT_AFTER_EXPIRY, verification::VerifyError};

/// When a revocation that found no room in memory may be tried again. Housekeeping makes room every ten minutes.
const RETRY_AFTER: Duration = Duration::from_mins(1);

/// Why a token was not revoked.
#[derive(Debug, Error)]
pub enum RevokeTokenError {
    /// The client is unknown or not active, or its authentication is wrong: `invalid_client` of RFC 6749 §5.2.
    #[error("the client is not accepted")]
    InvalidClient,
    /// The client has revoked too many of its tokens.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too much is running.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<VerifyError> for RevokeTokenError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Refused => Self::InvalidClient,
            VerifyError::Overloaded(error) => Self::Overloaded(error),
            VerifyError::Storage(error) => Self::Storage(error),
        }
    }
}

impl OAuth {
    /// Revokes one of a client's access tokens (RFC 7009 §2). A text that is not a token of this client changes nothing, and the
    /// client does not learn that. A token that has expired on this node may not have on another, so it is revoked too, unless it has
    /// expired on all. The number of revocations per client and minute is limited, because each is stored until the token expires.
    ///
    /// # Errors
    /// [`RevokeTokenError`]; the token is then as valid as it was.
    pub async fn revoke_token(
        &self,
        authentication: &ClientAuthentication<'_>,
        token: &str,
        address: IpAddr,
    ) -> Result<(), RevokeTokenError> {
        let client = self.authenticate_client(authentication, address).await?;
        let claims = self.parts.verification.signed_claims(token).await?.filter(|claims| claims.client_id == client.id);
        let Some(claims) = claims else { return Ok(()) };
        let ends_at = Timestamp(claims.exp * 1000);
        if ends_at <= self.parts.clock.now().minus(KEPT_AFTER_EXPIRY) {
            return Ok(());
        }
        self.revocations.check(&client.id)?;
        let revoked_tokens = self.parts.key_cache.revoked_tokens();
        if !revoked_tokens.contains(&claims.jti) && revoked_tokens.count() >= self.parts.limits.revoked_tokens as usize
        {
            return Err(RevokeTokenError::TooManyAttempts(TooManyAttempts { retry_after: RETRY_AFTER }));
        }
        let number = self.revoke(&claims.jti, ends_at).await?;
        self.parts.cluster.confirm(number).await?;
        Ok(())
    }

    async fn revoke(&self, token_id: &str, ends_at: Timestamp) -> Result<Option<ChangeNumber>, VerifyError> {
        let (_permit, mut change) = self.parts.call_writes.begin().await?;
        if revoked_tokens::insert(&mut change, token_id, ends_at).await? {
            self.revoked.fetch_add(1, Ordering::Relaxed);
        }
        // In memory first: the token is refused on this node even if the database fails to store that.
        self.parts.key_cache.revoked_tokens().insert(token_id.to_owned(), ends_at);
        let number = nodes::announce(&mut change, Announcement::Token(token_id)).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(number)
    }
}
