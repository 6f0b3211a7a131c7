use std::net::IpAddr;

use latchkey_model::{access_key::Action, timestamp::Timestamp};
use thiserror::Error;

use super::{client_proof::ClientProof, verify::VerifyError};
use crate::{
    Engine, Overloaded, StorageError,
    access_keys::KeyRecord,
    audit::Entry,
    propagation::{ChangeNumber, Changed},
    storage::{access_keys, revoked_tokens},
};

/// Why it is not known whether a token was revoked.
#[derive(Debug, Error)]
pub enum RevokeTokenError {
    /// The client is unknown, not active, or its proof is none: `invalid_client` of RFC 6749 §5.2.
    #[error("the client is not accepted")]
    InvalidClient,
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
    /// Ends one of a client's access tokens (RFC 7009 §2). A token that is not this client's, or none at all, changes
    /// nothing, and the client is not told which it was. Its time counts for nothing: another node's clock may say
    /// that it is not over.
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
        match claims {
            Some(claims) => {
                let number = self.revoke(&client, &claims.jti, Timestamp(claims.exp * 1000), address).await?;
                self.confirm(number).await?;
                Ok(())
            }
            None => Ok(()),
        }
    }

    async fn revoke(
        &self,
        client: &KeyRecord,
        token_id: &str,
        ends_at: Timestamp,
        address: IpAddr,
    ) -> Result<Option<ChangeNumber>, VerifyError> {
        let (_place, mut change) = self.begin_for_machine().await?;
        let taken = access_keys::take_for_change(&mut change, &client.organization_id, &client.id).await?;
        if let Some(client) = taken
            && revoked_tokens::insert(&mut change, token_id, ends_at).await?
        {
            let entry = Entry {
                organization: &client.organization_id,
                subject: client.id.as_str(),
                revision: client.revision,
                action: Action::TokenRevoked,
                at: self.now(),
                // Not by its name, which whoever manages keys may make anybody's.
                by: client.id.as_str(),
                from: address.to_string(),
                detail: None,
            };
            self.record(&mut change, &entry).await?;
        }
        // In memory first: a token that the caller wants ended is refused even if the database fails to note it.
        self.directory().revoked_tokens().note(token_id.to_owned(), ends_at);
        let number = self.announce(&mut change, Changed::Token(token_id)).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(number)
    }
}
