use std::{net::IpAddr, sync::Arc, time::Duration};

use latchkey_model::{access_key::KeyStatus, id::AccessKeyId};

use super::{
    assertion_claims::AssertionClaims,
    assertion_refusal::{Reason, Refusal},
    signed_jwt::SignedJwt,
    verify::VerifyError,
};
use crate::{
    Engine, Overloaded, StorageError,
    access_keys::{KeyRecord, Proof},
    storage::used_assertions::{self, Assertion, Noted},
};

/// How many assertions of a client are remembered at most, each until it has expired. A client that keeps its token until
/// that ends needs one an hour.
const MOST_REMEMBERED: u32 = 10_000;

/// When a client of which too many are remembered may try again: some have expired by then.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(10);

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

impl Engine {
    /// The active client that signed an assertion, which counts from now on as used, on all nodes. `client_id` is what
    /// the request says outside of the assertion (RFC 7521 §4.2). A refusal is logged with its reason, which the caller
    /// does not learn.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub(super) async fn verify_assertion(
        &self,
        client_id: Option<&str>,
        jwt: &str,
        address: IpAddr,
    ) -> Result<Arc<KeyRecord>, VerifyError> {
        match self.judge_assertion(client_id, jwt).await {
            Ok(client) => Ok(client),
            Err(NotAccepted::Refused(refusal)) => {
                self.refused_assertions().log(&refusal, address, self.now());
                Err(match refusal.reason {
                    Reason::TooMany => Overloaded { retry_after: FORGOTTEN_AFTER }.into(),
                    _ => VerifyError::Refused,
                })
            }
            Err(NotAccepted::NoVerdict(error)) => Err(error),
        }
    }

    async fn judge_assertion(&self, client_id: Option<&str>, jwt: &str) -> Result<Arc<KeyRecord>, NotAccepted> {
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
        let client = self.key_at_hand(&id).await?.ok_or_else(|| refused(false, Reason::UnknownClient))?;
        let Proof::KeyPair(public) = &client.proof else { return Err(refused(false, Reason::NoKeyPair).into()) };
        jwt.verify(public).map_err(|error| refused(false, Reason::Signature(error)))?;
        let longest = self.settings().assertion_lifetime;
        claims.check(self.issuer(), self.now(), longest).map_err(|reason| refused(true, reason))?;
        self.check_client(&client, &claims).map_err(|reason| refused(true, reason))?;
        match self.note_use(&client, &claims).await? {
            Noted::Now => Ok(client),
            Noted::Before => Err(refused(true, Reason::Used).into()),
            Noted::BeforeRestore => Err(refused(true, Reason::BeforeRestore).into()),
            Noted::TooMany => Err(refused(true, Reason::TooMany).into()),
        }
    }

    /// Whether the client is active, and was when it made the assertion.
    fn check_client(&self, client: &KeyRecord, claims: &AssertionClaims) -> Result<(), Reason> {
        match client.status(self.now()) {
            KeyStatus::Active if claims.is_from_before(client.activated_at) => Err(Reason::BeforeActivation),
            KeyStatus::Active => Ok(()),
            status => Err(Reason::NotActive(status)),
        }
    }

    async fn note_use(&self, client: &KeyRecord, claims: &AssertionClaims) -> Result<Noted, VerifyError> {
        let (_place, mut change) = self.begin_for_machine().await?;
        let assertion = Assertion {
            client: &client.id,
            jti: &claims.jti,
            issued_at: claims.issued_at(),
            ends_at: claims.ends_at(),
        };
        let noted = used_assertions::note(&mut change, &assertion, self.now(), MOST_REMEMBERED).await?;
        change.commit().await.map_err(StorageError::from)?;
        Ok(noted)
    }
}
