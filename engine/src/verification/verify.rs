use std::net::IpAddr;

use latchkey_model::access_key::Kind;

use super::{
    Verification,
    audience::{AcceptedAudiences, Audience},
    verified::Verified,
    verify_error::VerifyError,
};

impl Verification {
    /// Verifies an API key's secret, and records an accepted one as used.
    ///
    /// # Errors
    /// [`VerifyError::Refused`] whatever is wrong with it; the other errors if no verdict is possible.
    pub async fn verify_api_key(&self, presented: &str, address: IpAddr) -> Result<Verified, VerifyError> {
        let key = self.timed(self.verify_secret(presented, Kind::ApiKey)).await?;
        self.parts.usage.record(&key, address).await;
        Ok(Verified::from_key(key))
    }

    /// Verifies a Bearer credential that is presented to Latchkey's own API: an API key's secret, or an access token for the first
    /// audience. A client's secret is neither.
    ///
    /// # Errors
    /// As [`Verification::verify_api_key`].
    pub async fn verify_bearer(&self, presented: &str, address: IpAddr) -> Result<Verified, VerifyError> {
        self.verify_bearer_for(presented, self.audiences().first(), address).await
    }

    /// Verifies a Bearer credential that is presented to the resource `audience`. An access token must be for it. An API key has no
    /// audience and is accepted for each.
    ///
    /// # Errors
    /// As [`Verification::verify_api_key`].
    pub async fn verify_bearer_for(
        &self,
        presented: &str,
        audience: &Audience,
        address: IpAddr,
    ) -> Result<Verified, VerifyError> {
        let verified = self.verify_unrecorded(presented, AcceptedAudiences::Only(audience)).await?;
        self.parts.usage.record(&verified.key, address).await;
        Ok(verified)
    }

    /// Verifies an API key's secret or an access token, without recording its use.
    pub(crate) async fn verify_unrecorded(
        &self,
        presented: &str,
        accepted: AcceptedAudiences<'_>,
    ) -> Result<Verified, VerifyError> {
        self.timed(self.judge_bearer(presented, accepted)).await
    }

    async fn judge_bearer(&self, presented: &str, accepted: AcceptedAudiences<'_>) -> Result<Verified, VerifyError> {
        // Secrets have no dot, and JWTs have two.
        if presented.contains('.') {
            return Box::pin(self.verify_access_token(presented, accepted)).await;
        }
        Ok(Verified::from_key(self.verify_secret(presented, Kind::ApiKey).await?))
    }
}
