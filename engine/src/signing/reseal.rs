use latchkey_store::signing_keys;
use sqlx::AnyConnection;

use super::{error::SigningKeysError, key_pair};
use crate::crypto::sealing::SealingKeys;

/// Seals with the current key the private keys that are sealed with the previous one, and counts them. Other rows are not changed.
pub(super) async fn reseal(change: &mut AnyConnection, sealing: &SealingKeys) -> Result<usize, SigningKeysError> {
    let Some(previous) = &sealing.previous else { return Ok(0) };
    let mut resealed = 0;
    for row in signing_keys::list(change).await?.iter().flatten() {
        if let Some(sealed) = key_pair::resealed(row, previous, sealing) {
            signing_keys::reseal(change, &row.id, &sealed).await?;
            resealed += 1;
        }
    }
    Ok(resealed)
}

/// Logs a warning if a previous key is configured and was not needed for a signing key.
pub(super) fn warn_of_unused(sealing: &SealingKeys, resealed: usize) {
    if sealing.previous.is_some() && resealed == 0 {
        tracing::warn!(
            "LATCHKEY_PREVIOUS_SEALING_KEY is not used: no signing key is sealed under it, and it is needed for sessions and \
             links of the last seven days alone"
        );
    }
}
