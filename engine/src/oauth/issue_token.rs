use std::net::IpAddr;

use latchkey_model::{redacted::Secret, scope::Scopes};
use latchkey_store::StorageError;
use thiserror::Error;

use super::{OAuth, client_authentication::ClientAuthentication};
use crate::{
    concurrency::Overloaded,
    key_cache::CachedKey,
    signing::{SignError, SigningFailed},
    verification::{Audience, Claims, VerifyError},
};

/// An access token for a client (RFC 6749 §5.1).
#[derive(Debug)]
pub struct IssuedToken {
    /// The token, a JWT (RFC 9068). It gives the rights of its client, so it is treated as a secret.
    pub access_token: Secret,
    /// How long it lasts, in seconds.
    pub expires_in: u64,
    /// What it may be used for.
    pub scope: Scopes,
}

/// Why no token was issued.
#[derive(Debug, Error)]
pub enum IssueTokenError {
    /// The client is unknown or not active, or its authentication is wrong: `invalid_client` of RFC 6749 §5.2.
    #[error("the client is not accepted")]
    InvalidClient,
    /// The client may not have all that it asked for: `invalid_scope` of RFC 6749 §5.2.
    #[error("the scope is not the client's")]
    InvalidScope,
    /// Too much is running.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The token could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<SignError> for IssueTokenError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Overloaded(error) => Self::Overloaded(error),
            SignError::Failed(error) => Self::Signing(error),
        }
    }
}

impl From<VerifyError> for IssueTokenError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Refused => Self::InvalidClient,
            VerifyError::Overloaded(error) => Self::Overloaded(error),
            VerifyError::Storage(error) => Self::Storage(error),
        }
    }
}

impl OAuth {
    /// Issues an access token for the first audience. Otherwise as [`OAuth::issue_token_for`].
    ///
    /// # Errors
    /// [`IssueTokenError`].
    pub async fn issue_token(
        &self,
        authentication: &ClientAuthentication<'_>,
        scope: Option<Scopes>,
        address: IpAddr,
    ) -> Result<IssuedToken, IssueTokenError> {
        self.issue_token_for(self.parts.verification.audiences().first(), authentication, scope, address).await
    }

    /// Issues an access token to a client that authenticates (RFC 6749 §4.4), for a resource that is one of the audiences
    /// (RFC 8707 §2.2). A client that asks for no scope gets all of its scopes (RFC 6749 §3.3).
    ///
    /// # Errors
    /// [`IssueTokenError`].
    pub async fn issue_token_for(
        &self,
        audience: &Audience,
        authentication: &ClientAuthentication<'_>,
        scope: Option<Scopes>,
        address: IpAddr,
    ) -> Result<IssuedToken, IssueTokenError> {
        let key = self.authenticate_client(authentication, address).await?;
        let scope = scope.unwrap_or_else(|| key.scopes.clone());
        if !key.scopes.contain_all(&scope) {
            return Err(IssueTokenError::InvalidScope);
        }
        let issued_at = self.parts.clock.now().seconds();
        let expires_in = self.token_lifetime(&key, issued_at);
        // In its last second, a client is as good as expired: its token would end as it begins.
        if expires_in == 0 {
            return Err(IssueTokenError::InvalidClient);
        }
        let claims = Claims {
            iss: self.parts.issuer.clone(),
            sub: key.id.clone(),
            client_id: key.id.clone(),
            aud: audience.as_str().to_owned(),
            iat: issued_at,
            nbf: None,
            exp: issued_at.saturating_add_unsigned(expires_in),
            jti: self.parts.random.token(),
            scope: scope.clone(),
            latchkey_generation: key.generation,
            latchkey_organization: (*key.organization_id).clone(),
        };
        let access_token = Secret::from(self.parts.signing_keys.sign(claims).await?);
        self.parts.usage.record(&key, address).await;
        Ok(IssuedToken { access_token, expires_in, scope })
    }

    /// Returns the lifetime of a client's token in seconds. It never exceeds the client's expiry, because services that check only
    /// the signature do not learn that the client has expired.
    fn token_lifetime(&self, client: &CachedKey, issued_at: i64) -> u64 {
        let own = client.token_lifetime.map(|lifetime| u64::from(lifetime.seconds()));
        let lifetime = own.unwrap_or(self.parts.token_lifetime.as_secs());
        let left = client.expires_at.map(|expiry| u64::try_from(expiry.seconds() - issued_at).unwrap_or_default());
        left.map_or(lifetime, |left| left.min(lifetime))
    }
}
