use std::{net::IpAddr, sync::Arc};

use latchkey_model::access_key::Kind;

use super::{OAuth, client_authentication::ClientAuthentication};
use crate::{
    key_cache::CachedKey,
    verification::{Verified, VerifyError},
};

impl OAuth {
    /// Verifies the authentication of a client at an endpoint other than the token endpoint, and records its use.
    ///
    /// # Errors
    /// [`VerifyError::Refused`] whatever is wrong with it; the other errors if no verdict is possible.
    pub async fn verify_client(
        &self,
        authentication: &ClientAuthentication<'_>,
        address: IpAddr,
    ) -> Result<Verified, VerifyError> {
        let key = self.authenticate_client(authentication, address).await?;
        self.parts.usage.record(&key, address).await;
        Ok(Verified::from_key(key))
    }

    /// Returns the active client with this authentication.
    ///
    /// # Errors
    /// As [`OAuth::verify_client`].
    pub(super) async fn authenticate_client(
        &self,
        authentication: &ClientAuthentication<'_>,
        address: IpAddr,
    ) -> Result<Arc<CachedKey>, VerifyError> {
        self.parts.verification.timed(self.judge_client(authentication, address)).await
    }

    async fn judge_client(
        &self,
        authentication: &ClientAuthentication<'_>,
        address: IpAddr,
    ) -> Result<Arc<CachedKey>, VerifyError> {
        let (client_id, client) = match *authentication {
            ClientAuthentication::Secret { client_id, secret } => {
                (Some(client_id), self.parts.verification.verify_secret(secret, Kind::OAuthClient).await?)
            }
            ClientAuthentication::Assertion { client_id, jwt } => {
                (client_id, Box::pin(self.verify_assertion(client_id, jwt, address)).await?)
            }
        };
        match client_id {
            Some(id) if client.id.as_str() != id => Err(VerifyError::Refused),
            _ => Ok(client),
        }
    }
}
