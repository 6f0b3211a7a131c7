use std::net::IpAddr;

use latchkey_model::{redacted::Secret, scope::Scopes};
use thiserror::Error;

use super::{access_token::Claims, audience::Audience, client_proof::ClientProof, verify::VerifyError};
use crate::{Engine, Overloaded, StorageError, access_keys::KeyRecord, signing::SigningFailed};

/// An access token for a client (RFC 6749 §5.1).
#[derive(Debug)]
pub struct IssuedToken {
    /// The token, a JWT (RFC 9068). It opens what its client may open, so it is treated as a secret.
    pub access_token: Secret,
    /// How long it lasts, in seconds.
    pub expires_in: u64,
    /// What it may be used for.
    pub scope: Scopes,
}

/// Why no token was issued.
#[derive(Debug, Error)]
pub enum IssueTokenError {
    /// The client is unknown, not active, or its proof is none: `invalid_client` of RFC 6749 §5.2.
    #[error("the client is not accepted")]
    InvalidClient,
    /// The client may not have all that it asked for: `invalid_scope` of RFC 6749 §5.2.
    #[error("the scope is not the client's")]
    InvalidScope,
    /// Too much is under way.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The token could not be signed.
    #[error(transparent)]
    Signing(#[from] SigningFailed),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
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

impl Engine {
    /// Issues an access token for the first audience. Otherwise as [`Engine::issue_token_for`].
    ///
    /// # Errors
    /// [`IssueTokenError`].
    pub async fn issue_token(
        &self,
        proof: &ClientProof<'_>,
        scope: Option<Scopes>,
        address: IpAddr,
    ) -> Result<IssuedToken, IssueTokenError> {
        self.issue_token_for(self.audiences().first(), proof, scope, address).await
    }

    /// Issues an access token to a client that authenticates (RFC 6749 §4.4), for a resource that is one of the audiences
    /// (RFC 8707 §2.2). A client that asks for no scope gets all of its scopes (RFC 6749 §3.3).
    ///
    /// # Errors
    /// [`IssueTokenError`].
    pub async fn issue_token_for(
        &self,
        audience: &Audience,
        proof: &ClientProof<'_>,
        scope: Option<Scopes>,
        address: IpAddr,
    ) -> Result<IssuedToken, IssueTokenError> {
        let key = self.authenticate_client(proof, address).await?;
        let scope = scope.unwrap_or_else(|| key.scopes.clone());
        if !key.scopes.contain_all(&scope) {
            return Err(IssueTokenError::InvalidScope);
        }
        let issued_at = self.now().seconds();
        let expires_in = self.token_lifetime(&key, issued_at);
        // In its last second, a client is as good as expired: its token would end as it begins.
        if expires_in == 0 {
            return Err(IssueTokenError::InvalidClient);
        }
        let claims = Claims {
            iss: self.issuer().to_owned(),
            sub: key.id.clone(),
            client_id: key.id.clone(),
            aud: audience.as_str().to_owned(),
            iat: issued_at,
            nbf: None,
            exp: issued_at.saturating_add_unsigned(expires_in),
            jti: self.random().token(),
            scope: scope.clone(),
            latchkey_generation: key.generation,
            latchkey_organization: key.organization_id.clone(),
        };
        let access_token = Secret::from(self.sign(claims).await??);
        self.count_use(&key, address).await;
        Ok(IssuedToken { access_token, expires_in, scope })
    }

    /// How long a token of a client lasts, in seconds: never beyond the client itself, for services that check only
    /// the signature would not learn of its end.
    fn token_lifetime(&self, client: &KeyRecord, issued_at: i64) -> u64 {
        let own = client.token_lifetime.map(|lifetime| u64::from(lifetime.seconds()));
        let lifetime = own.unwrap_or(self.settings().token_lifetime.as_secs());
        let left = client.expires_at.map(|expiry| u64::try_from(expiry.seconds() - issued_at).unwrap_or_default());
        left.map_or(lifetime, |left| left.min(lifetime))
    }

    /// The public keys that access tokens are verified with (RFC 7517 §5).
    #[must_use]
    pub fn key_set(&self) -> serde_json::Value {
        self.signing_keys().public_set()
    }
}
