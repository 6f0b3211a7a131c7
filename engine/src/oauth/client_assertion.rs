use std::{net::IpAddr, sync::Arc, time::Duration};

use latchkey_model::{access_key::KeyStatus, id::AccessKeyId};
use latchkey_store::{
    StorageError,
    used_assertions::{self, Assertion, MarkResult},
};

use super::{
    OAuth,
    assertion_claims::AssertionClaims,
    assertion_refusal::{Reason, Refusal},
};
use crate::{
    concurrency::Overloaded,
    crypto::signed_jwt::SignedJwt,
    key_cache::{Authenticator, CachedKey},
    verification::VerifyError,
};

/// How many assertions of a client are remembered at most, each until it has expired. A client that uses its token until that
/// ends needs one an hour.
const MOST_REMEMBERED: u32 = 10_000;

/// When a client with too many remembered assertions may try again: some have expired by then.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Why an assertion is not accepted now.
enum NotAccepted {
    Refused(Refusal),
    NoVerdict(VerifyError),
}

impl From<Refusal> for NotAccepted {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<VerifyError> for NotAccepted {
    fn from(error: VerifyError) -> Self {
        Self::NoVerdict(error)
    }
}

impl From<StorageError> for NotAccepted {
    fn from(error: StorageError) -> Self {
        Self::NoVerdict(error.into())
    }
}

impl OAuth {
    /// Returns the active client that signed an assertion, and marks the assertion as used on all nodes. `client_id` is the one in
    /// the request outside the assertion (RFC 7521 §4.2). A refusal is logged with its reason, which the caller does not learn.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub(super) async fn verify_assertion(
        &self,
        client_id: Option<&str>,
        jwt: &str,
        address: IpAddr,
    ) -> Result<Arc<CachedKey>, VerifyError> {
        match self.judge_assertion(client_id, jwt).await {
            Ok(client) => Ok(client),
            Err(NotAccepted::Refused(refusal)) => {
                self.assertion_refusals.log(&refusal, address, self.parts.clock.now());
                Err(match refusal.reason {
                    Reason::TooMany => Overloaded { retry_after: RETRY_AFTER }.into(),
                    _ => VerifyError::Refused,
                })
            }
            Err(NotAccepted::NoVerdict(error)) => Err(error),
        }
    }

    async fn judge_assertion(&self, client_id: Option<&str>, jwt: &str) -> Result<Arc<CachedKey>, NotAccepted> {
        let named = || client_id.and_then(|id| id.parse::<AccessKeyId>().ok());
        let unsigned = |reason| Refusal { client: named(), is_signed: false, reason };
        let jwt = SignedJwt::parse(jwt).ok_or_else(|| unsigned(Reason::NotJwt))?;
        let claims = AssertionClaims::read(&jwt.payload).map_err(|reason| Refusal {
            client: named().or_else(|| AssertionClaims::claimed_client(&jwt.payload)),
            is_signed: false,
            reason,
        })?;
        let id: AccessKeyId = claims.sub.parse().map_err(|_| unsigned(Reason::Malformed("sub")))?;
        let refused = |is_signed, reason| Refusal { client: Some(id.clone()), is_signed, reason };
        if client_id.is_some_and(|said| said != id.as_str()) {
            return Err(refused(false, Reason::OtherClient).into());
        }
        let client =
            self.parts.key_cache.cached_key(&id).await?.ok_or_else(|| refused(false, Reason::UnknownClient))?;
        let Authenticator::KeyPair(public) = &client.authenticator else {
            return Err(refused(false, Reason::NoKeyPair).into());
        };
        jwt.verify(public).map_err(|error| refused(false, Reason::Signature(error)))?;
        let longest = self.parts.assertion_lifetime;
        claims.check(&self.parts.issuer, self.parts.clock.now(), longest).map_err(|reason| refused(true, reason))?;
        self.check_client(&client, &claims).map_err(|reason| refused(true, reason))?;
        match self.mark_used(&client, &claims).await? {
            MarkResult::Marked => Ok(client),
            MarkResult::UsedBefore => Err(refused(true, Reason::Used).into()),
            MarkResult::IssuedBeforeRestore => Err(refused(true, Reason::BeforeRestore).into()),
            MarkResult::TooMany => Err(refused(true, Reason::TooMany).into()),
        }
    }

    /// Checks that the client is active, and was when it made the assertion.
    fn check_client(&self, client: &CachedKey, claims: &AssertionClaims) -> Result<(), Reason> {
        match client.status(self.parts.clock.now()) {
            KeyStatus::Active if claims.is_from_before(client.activated_at) => Err(Reason::BeforeActivation),
            KeyStatus::Active => Ok(()),
            status => Err(Reason::NotActive(status)),
        }
    }

    async fn mark_used(&self, client: &CachedKey, claims: &AssertionClaims) -> Result<MarkResult, VerifyError> {
        let (_permit, mut change) = self.parts.call_writes.begin().await?;
        let assertion = Assertion {
            client: &client.id,
            jti: &claims.jti,
            issued_at: claims.issued_at(),
            ends_at: claims.ends_at(),
        };
        let result =
            used_assertions::mark_used(&mut change, &assertion, self.parts.clock.now(), MOST_REMEMBERED).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(result)
    }
}
