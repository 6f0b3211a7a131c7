use std::sync::Arc;

use latchkey_model::{
    access_key::{KeyStatus, Kind},
    id::AccessKeyId,
};
use latchkey_store::{StorageError, access_keys};

use super::{Verification, verify_error::VerifyError};
use crate::{
    concurrency::Overloaded,
    crypto::secret::{ParsedSecret, SecretTag},
    key_cache::{Authenticator, CachedKey},
};

impl Verification {
    /// Returns the active key that a secret belongs to.
    pub(crate) async fn verify_secret(&self, presented: &str, kind: Kind) -> Result<Arc<CachedKey>, VerifyError> {
        let secret = ParsedSecret::parse(presented).ok_or(VerifyError::Refused)?;
        if secret.id.kind() != kind {
            return Err(VerifyError::Refused);
        }
        let key = self.parts.key_cache.cached_key(&secret.id).await?.ok_or(VerifyError::Refused)?;
        // In this order: a secret of a key that is not active costs no hash.
        let is_active = key.status(self.parts.clock.now()) == KeyStatus::Active;
        if is_active && self.is_secret_of(&key.id, &key.authenticator, secret.text).await? {
            Ok(key)
        } else {
            Err(VerifyError::Refused)
        }
    }

    /// Returns whether a text is the secret of a key. Argon2 runs only if the tag matches, and once per secret.
    pub(super) async fn is_secret_of(
        &self,
        id: &AccessKeyId,
        authenticator: &Authenticator,
        text: &str,
    ) -> Result<bool, Overloaded> {
        let Authenticator::Secret(stored) = authenticator else { return Ok(false) };
        let digest = self.process_key.digest(&[text]);
        if let Some(matches) = stored.matches_known(&digest) {
            self.counters.known.increment();
            return Ok(matches);
        }
        if !SecretTag::new(text).matches(stored.tag) {
            return Ok(false);
        }
        // What is rare is boxed, here and elsewhere on the path of a call: otherwise every call would carry its state.
        Box::pin(stored.check(digest, self.matches_hash(id, stored.hash.to_phc(), text))).await
    }

    async fn matches_hash(&self, id: &AccessKeyId, hash: String, text: &str) -> Result<bool, Overloaded> {
        let matches = self.parts.secrets.verify(text, &hash).await?;
        self.counters.increment_hashed();
        if !matches {
            return Ok(false);
        }
        if self.parts.secrets.is_outdated(&hash) {
            self.upgrade_hash_or_warn(id, &hash, text).await;
        }
        Ok(true)
    }

    /// Replaces a hash by one of today's cost. The verdict does not depend on it, so a failure is only logged.
    async fn upgrade_hash_or_warn(&self, id: &AccessKeyId, outdated: &str, text: &str) {
        let upgrade = async {
            let hash = self.parts.secrets.hash(text).await?;
            let (_permit, mut change) = self.parts.call_writes.begin().await?;
            access_keys::upgrade_hash(&mut change, id, outdated, &hash).await?;
            change.commit().await.map_err(StorageError::from)?;
            self.parts.key_cache.invalidate(id);
            Ok::<_, VerifyError>(())
        };
        if let Err(error) = upgrade.await
            && !matches!(error, VerifyError::Storage(StorageError::ReadOnly))
        {
            tracing::warn!(key = %id, error = &error as &dyn std::error::Error, "a hash was not upgraded");
        }
    }
}
