use std::{net::IpAddr, sync::Arc};

use latchkey_model::{
    access_key::{KeyStatus, Kind},
    id::{AccessKeyId, OrganizationId},
    scope::Scopes,
};
use thiserror::Error;

use crate::{
    Engine, Overloaded, StorageError,
    access_keys::{KeyRecord, Proof},
    secret::{ParsedSecret, SecretTag},
    storage::access_keys,
};

use super::{
    access_token::Claims,
    audience::{Accepted, Audience},
    client_proof::ClientProof,
};

/// A credential that was accepted.
#[derive(Debug, Clone)]
pub struct Verified {
    pub(super) key: Arc<KeyRecord>,
    /// What was presented for the key, if it is an access token.
    pub(super) token: Option<Token>,
}

/// An access token that is good.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) claims: Arc<Claims>,
    /// What the client may be used for still, of what the token was issued with.
    pub(super) scopes: Scopes,
}

impl Verified {
    pub(super) fn of_key(key: Arc<KeyRecord>) -> Self {
        Self { key, token: None }
    }

    /// The key.
    #[must_use]
    pub fn id(&self) -> &AccessKeyId {
        &self.key.id
    }

    /// How it is presented.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.key.kind()
    }

    /// The name that a person gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.key.name
    }

    /// Whose it is.
    #[must_use]
    pub fn organization(&self) -> &OrganizationId {
        &self.key.organization_id
    }

    /// What it may be used for.
    #[must_use]
    pub fn scopes(&self) -> &Scopes {
        self.token.as_ref().map_or(&self.key.scopes, |token| &token.scopes)
    }

    /// The key's generation: deactivated meanwhile, it has another.
    pub(crate) fn generation(&self) -> i64 {
        self.key.generation
    }
}

/// Why there is no acceptance.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// It is not accepted; why, is nobody's business.
    #[error("the credential is not accepted")]
    Refused,
    /// Too much is under way: no verdict.
    #[error(transparent)]
    Overloaded(#[from] Overloaded),
    /// The database: no verdict.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Engine {
    /// Checks an API key's secret, and counts an accepted one as use.
    ///
    /// # Errors
    /// [`VerifyError::Refused`] whatever is wrong with it; the others where no verdict is possible.
    pub async fn verify_api_key(&self, presented: &str, address: IpAddr) -> Result<Verified, VerifyError> {
        let key = self.timed(self.verify_secret(presented, Kind::ApiKey)).await?;
        self.count_use(&key, address).await;
        Ok(Verified::of_key(key))
    }

    /// Checks a Bearer credential that is presented to Latchkey's own API: an API key's secret, or an access token for the
    /// first audience. A client's secret is neither.
    ///
    /// # Errors
    /// As [`Engine::verify_api_key`].
    pub async fn verify_bearer(&self, presented: &str, address: IpAddr) -> Result<Verified, VerifyError> {
        self.verify_bearer_for(presented, self.audiences().first(), address).await
    }

    /// Checks a Bearer credential that is presented to the resource `audience`: an access token has to be for it. An API
    /// key has no audience, and is good for each.
    ///
    /// # Errors
    /// As [`Engine::verify_api_key`].
    pub async fn verify_bearer_for(
        &self,
        presented: &str,
        audience: &Audience,
        address: IpAddr,
    ) -> Result<Verified, VerifyError> {
        let verified = self.bearer(presented, Accepted::Only(audience)).await?;
        self.count_use(&verified.key, address).await;
        Ok(verified)
    }

    /// Checks how a client proves itself, where it asks for something else than a token.
    ///
    /// # Errors
    /// As [`Engine::verify_api_key`].
    pub async fn verify_client(&self, proof: &ClientProof<'_>, address: IpAddr) -> Result<Verified, VerifyError> {
        let key = self.authenticate_client(proof, address).await?;
        self.count_use(&key, address).await;
        Ok(Verified::of_key(key))
    }

    /// Checks an API key's secret or an access token, without counting it as used.
    pub(super) async fn bearer(&self, presented: &str, accepted: Accepted<'_>) -> Result<Verified, VerifyError> {
        self.timed(self.judge_bearer(presented, accepted)).await
    }

    async fn judge_bearer(&self, presented: &str, accepted: Accepted<'_>) -> Result<Verified, VerifyError> {
        // Secrets hold no dot, and JWTs hold two.
        if presented.contains('.') {
            return Box::pin(self.verify_access_token(presented, accepted)).await;
        }
        Ok(Verified::of_key(self.verify_secret(presented, Kind::ApiKey).await?))
    }

    /// The active key whose secret this is.
    pub(super) async fn verify_secret(&self, presented: &str, kind: Kind) -> Result<Arc<KeyRecord>, VerifyError> {
        let secret = ParsedSecret::parse(presented).ok_or(VerifyError::Refused)?;
        if secret.id.kind() != kind {
            return Err(VerifyError::Refused);
        }
        let key = self.key_at_hand(&secret.id).await?.ok_or(VerifyError::Refused)?;
        // In this order: what is presented for a key that opens nothing costs no hash.
        if key.status(self.now()) == KeyStatus::Active && self.secret_is_of(&key, secret.text).await? {
            Ok(key)
        } else {
            Err(VerifyError::Refused)
        }
    }

    /// Whether a text is the secret of a key. Argon2 runs only where the tag matches, and once for each secret.
    pub(crate) async fn secret_is_of(&self, key: &KeyRecord, text: &str) -> Result<bool, Overloaded> {
        let Proof::Secret(stored) = &key.proof else { return Ok(false) };
        let digest = self.process_key().digest(&[text]);
        if let Some(known) = stored.known(&digest) {
            self.tally().count_known();
            return Ok(known);
        }
        if !SecretTag::of(text).matches(stored.tag) {
            return Ok(false);
        }
        // What is rare is boxed, here and elsewhere on the path of a call: every call would carry its state along.
        Box::pin(stored.check(digest, self.matches_hash(&key.id, &stored.hash, text))).await
    }

    async fn matches_hash(&self, id: &AccessKeyId, hash: &str, text: &str) -> Result<bool, Overloaded> {
        let matches = self.secrets().verify(text, hash).await?;
        self.tally().count_hashed();
        if !matches {
            return Ok(false);
        }
        if self.secrets().is_outdated(hash) {
            self.upgrade_hash_or_warn(id, hash, text).await;
        }
        Ok(true)
    }

    /// Brings a hash to today's cost. The verdict stands without it, so a failure is only logged.
    async fn upgrade_hash_or_warn(&self, id: &AccessKeyId, outdated: &str, text: &str) {
        let upgrade = async {
            let hash = self.secrets().hash(text).await?;
            let (_place, mut change) = self.begin_for_machine().await?;
            access_keys::upgrade_hash(&mut change, id, outdated, &hash).await?;
            change.commit().await.map_err(StorageError::from)?;
            self.directory().doubt(id);
            Ok::<_, VerifyError>(())
        };
        if let Err(error) = upgrade.await
            && !matches!(error, VerifyError::Storage(StorageError::ReadOnly))
        {
            tracing::warn!(key = %id, error = &error as &dyn std::error::Error, "a hash was not upgraded");
        }
    }
}
