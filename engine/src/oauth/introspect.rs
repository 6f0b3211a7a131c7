use std::net::IpAddr;

use latchkey_model::{
    id::{AccessKeyId, OrganizationId},
    scope::{BuiltInScope, Scopes},
    timestamp::Timestamp,
};
use latchkey_store::StorageError;
use thiserror::Error;

use super::OAuth;
use crate::{
    concurrency::Overloaded,
    verification::{AcceptedAudiences, Verified, VerifyError},
};

/// The introspection of an accepted token or API key (RFC 7662 §2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// The client, or the API key itself.
    pub client_id: AccessKeyId,
    /// The organization.
    pub organization: OrganizationId,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires, if it does.
    pub expires_at: Option<Timestamp>,
    /// The identifier of the token; an API key has none.
    pub token_id: Option<String>,
    /// The resource that the token is for; an API key is for all of them.
    pub audience: Option<String>,
}

/// Why a token was not introspected.
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

impl OAuth {
    /// Introspects a token or an API key's secret for a credential of the same organization that has the scope. Returns `None` whatever
    /// is wrong with it (RFC 7662 §2.2). A token may be for any of the audiences; the caller compares that. It counts as a use, because
    /// someone presented the token to the caller.
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
        let verification = &self.parts.verification;
        let any_audience = AcceptedAudiences::AnyOf(verification.audiences());
        let Verified { key, token } = match verification.verify_unrecorded(presented, any_audience).await {
            Ok(verified) => verified,
            Err(VerifyError::Refused) => return Ok(None),
            Err(VerifyError::Overloaded(error)) => return Err(error.into()),
            Err(VerifyError::Storage(error)) => return Err(error.into()),
        };
        if *key.organization_id != *caller.organization() {
            return Ok(None);
        }
        self.parts.usage.record(&key, address).await;
        let (claims, scopes) = token.map_or((None, None), |token| (Some(token.claims), Some(token.scopes)));
        Ok(Some(Introspection {
            client_id: key.id.clone(),
            organization: (*key.organization_id).clone(),
            scopes: scopes.unwrap_or_else(|| key.scopes.clone()),
            issued_at: claims.as_ref().map_or(key.created_at, |claims| Timestamp(claims.iat * 1000)),
            expires_at: claims.as_ref().map_or(key.expires_at, |claims| Some(Timestamp(claims.exp * 1000))),
            audience: claims.as_ref().map(|claims| claims.aud.clone()),
            token_id: claims.map(|claims| claims.jti.clone()),
        }))
    }
}
