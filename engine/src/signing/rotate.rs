use latchkey_store::{
    LockedTable, StorageError,
    cluster::{Announcement, ChangeNumber},
    dialect::nodes,
    signing_keys,
};

use super::{SigningKeys, error::SigningKeysError, policy::Rotation, stored_ring::PUBLISHED_AHEAD};
use crate::cluster::Confirmation;

impl SigningKeys {
    /// Creates the next signing key, due or not. Other nodes follow with their next renewal, or at once if the rotation ends tokens.
    ///
    /// # Errors
    /// [`SigningKeysError`]; the keys are then as they were, unless only the confirmation failed.
    pub async fn rotate(&self, rotation: Rotation) -> Result<Confirmation, SigningKeysError> {
        let number = self.rotate_unconfirmed(rotation).await?;
        Ok(self.cluster.confirm(number).await?)
    }

    async fn rotate_unconfirmed(&self, rotation: Rotation) -> Result<Option<ChangeNumber>, SigningKeysError> {
        let now = self.clock.now();
        let _lock = self.caught_up_at.lock().await;
        let mut change = self.store.begin_locking(LockedTable::SigningKeys).await?;
        let signs_from = match rotation {
            Rotation::Planned if self.source.has_next_key(&mut change, now).await? => None,
            Rotation::Planned => Some(now.plus(PUBLISHED_AHEAD)),
            Rotation::EndingAllTokens => {
                signing_keys::delete_all(&mut change).await?;
                Some(now)
            }
        };
        if let Some(signs_from) = signs_from {
            self.source.add(&mut change, self.source.policy.algorithm, now, signs_from).await?;
        }
        let ring = self.source.bring_up_to_date(&mut change, now).await?;
        let number = match rotation {
            Rotation::Planned => None,
            Rotation::EndingAllTokens => nodes::announce(&mut change, Announcement::SigningKeys).await?,
        };
        change.commit().await.map_err(StorageError::from)?;
        self.set_key_ring(ring);
        Ok(number)
    }
}
