use sqlx::AnyConnection;

use super::{Rotation, SigningKeysError};
use crate::{Confirmation, Engine};

impl Engine {
    /// Has the next signing key made, due or not. Other nodes follow with their next renewal; if it ends tokens, at once.
    ///
    /// # Errors
    /// [`SigningKeysError`]; the keys are then as they were, unless only the confirmation failed.
    pub async fn rotate_signing_keys(&self, rotation: Rotation) -> Result<Confirmation, SigningKeysError> {
        let number = self.signing().rotate(self.storage(), rotation, self.now()).await?;
        Ok(self.confirm(number).await?)
    }

    /// Goes by the signing keys that another process has announced.
    pub(crate) async fn take_over_signing_keys(&self, connection: &mut AnyConnection) -> Result<(), SigningKeysError> {
        self.signing().take_over(connection).await
    }

    /// Makes the next signing key if it is due, and forgets those whose last token has ended.
    ///
    /// # Errors
    /// [`SigningKeysError`]; tokens are then signed as before.
    pub async fn renew_signing_keys(&self) -> Result<(), SigningKeysError> {
        self.signing().renew(self.storage(), self.now()).await
    }

    /// Goes by the signing keys that are stored, and makes none.
    pub(crate) async fn read_signing_keys(&self) -> Result<(), SigningKeysError> {
        let mut reader = self.storage().primary_reader().await?;
        self.signing().take_over(&mut reader).await
    }

    pub(crate) async fn catch_up_with_signing_keys(&self) -> Result<(), SigningKeysError> {
        self.signing().catch_up(self.storage(), self.clock()).await
    }
}
