use std::{net::IpAddr, time::Duration};

use latchkey_model::timestamp::Timestamp;
use thiserror::Error;

use super::{client_proof::ClientProof, verify::VerifyError};
use crate::{
    Engine, Overloaded, StorageError, TooManyAttempts,
    propagation::{ChangeNumber, Changed},
    sessions::{KEPT_AFTER_ITS_END, before},
    storage::revoked_tokens,
};

/// When a revocation may be tried again that found no room in memory: housekeeping makes some every ten minutes.
const ROOM_AFTER: Duration = Duration::from_mins(1);

/// Why it is not known whether a token was revoked.
#[derive(Debug, Error)]
pub enum RevokeTokenError {
    /// The client is unknown, not active, or its proof is none: `invalid_client` of RFC 6749 §5.2.
    #[error("the client is not accepted")]
    InvalidClient,
    /// The client has revoked too many of its tokens.
    #[error(transparent)]
    TooManyAttempts(#[from] TooManyAttempts),
    /// Too much is under way.
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

impl Engine {
    /// Ends one of a client's access tokens (RFC 7009 §2). A text that is not a token of this client
    /// changes nothing, and the client does not learn which it was. A token whose time is over on this node may not be on another:
    /// it is revoked too, unless it is over everywhere. Each client may revoke so many tokens a minute: every one is kept
    /// until its time is over.
    ///
    /// # Errors
    /// [`RevokeTokenError`]; the token is then as good as it was.
    pub async fn revoke_token(
        &self,
        proof: &ClientProof<'_>,
        token: &str,
        address: IpAddr,
    ) -> Result<(), RevokeTokenError> {
        let client = self.authenticate_client(proof, address).await?;
        let claims = self.signed_claims(token).await?.filter(|claims| claims.client_id == client.id);
        let Some(claims) = claims else { return Ok(()) };
        let ends_at = Timestamp(claims.exp * 1000);
        if ends_at <= before(self.now(), KEPT_AFTER_ITS_END) {
            return Ok(());
        }
        self.throttle().revocation_by(&client.id)?;
        let revoked_tokens = self.directory().revoked_tokens();
        if !revoked_tokens.contain(&claims.jti)
            && revoked_tokens.count() >= self.settings().limits.revoked_tokens as usize
        {
            return Err(RevokeTokenError::TooManyAttempts(TooManyAttempts { retry_after: ROOM_AFTER }));
        }
        let number = self.revoke(&claims.jti, ends_at).await?;
        self.confirm(number).await?;
        Ok(())
    }

    async fn revoke(&self, token_id: &str, ends_at: Timestamp) -> Result<Option<ChangeNumber>, VerifyError> {
        let (_place, mut change) = self.begin_for_machine().await?;
        if revoked_tokens::insert(&mut change, token_id, ends_at).await? {
            self.tally().count_revoked();
        }
        // In memory first: a token that the caller wants ended is refused even if the database fails to note it.
        self.directory().revoked_tokens().note(token_id.to_owned(), ends_at);
        let number = self.announce(&mut change, Changed::Token(token_id)).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(number)
    }
}
