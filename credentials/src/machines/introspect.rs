use std::net::IpAddr;

use latchkey_model::{
    id::{AccessKeyId, OrganizationId},
    scope::{BuiltInScope, Scopes},
    timestamp::Timestamp,
};
use thiserror::Error;

use super::{
    audience::Accepted,
    verify::{Verified, VerifyError},
};
use crate::{Engine, Overloaded, StorageError};

/// What is told of a token or an API key that is good (RFC 7662 §2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// The client, or the API key itself.
    pub client_id: AccessKeyId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends, if it does by itself.
    pub expires_at: Option<Timestamp>,
    /// The token's own identifier; an API key has none.
    pub token_id: Option<String>,
    /// The resource that the token is for; an API key is for all of them.
    pub audience: Option<String>,
}

/// Why nothing is told.
#[derive(Debug, Error)]
pub enum IntrospectError {
    /// The caller does not carry `tokens:introspect`.
    #[error("the scope tokens:introspect is missing")]
    InsufficientScope,
    /// Too much is under way: no verdict.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database: no verdict.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// What a token or an API key's secret is worth, for a credential of the same organization that may ask. `None`
    /// whatever is wrong with it (RFC 7662 §2.2). A token is good for whichever of the audiences it is for: who asks
    /// compares that. It counts as a use, since somebody presented it to who asks.
    ///
    /// # Errors
    /// [`IntrospectError`].
    pub async fn introspect(
        &self,
        caller: &Verified,
        presented: &str,
        address: IpAddr,
    ) -> Result<Option<Introspection>, IntrospectError> {
        if !caller.scopes().contains(BuiltInScope::IntrospectTokens.as_str()) {
            return Err(IntrospectError::InsufficientScope);
        }
        let Verified { key, token } = match self.bearer(presented, Accepted::AnyOf(self.audiences())).await {
            Ok(verified) => verified,
            Err(VerifyError::Refused) => return Ok(None),
            Err(VerifyError::Overloaded(error)) => return Err(error.into()),
            Err(VerifyError::Storage(error)) => return Err(error.into()),
        };
        if key.organization_id != *caller.organization() {
            return Ok(None);
        }
        self.count_use(&key, address).await;
        let (claims, scopes) = token.map_or((None, None), |token| (Some(token.claims), Some(token.scopes)));
        Ok(Some(Introspection {
            client_id: key.id.clone(),
            organization: key.organization_id.clone(),
            scopes: scopes.unwrap_or_else(|| key.scopes.clone()),
            issued_at: claims.as_ref().map_or(key.created_at, |claims| Timestamp(claims.iat * 1000)),
            expires_at: claims.as_ref().map_or(key.expires_at, |claims| Some(Timestamp(claims.exp * 1000))),
            audience: claims.as_ref().map(|claims| claims.aud.clone()),
            token_id: claims.map(|claims| claims.jti.clone()),
        }))
    }
}
