use latchkey_store::signing_keys;
use sqlx::AnyConnection;

use super::{error::SigningKeysError, key_pair};
use crate::crypto::sealing::SealingKeys;

/// Seals under the current key what is sealed under the previous one, and counts it. The rest stays as it is.
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

/// Says so if a previous key is given and was not needed for a signing key.
pub(super) fn warn_of_unused(sealing: &SealingKeys, resealed: usize) {
    if sealing.previous.is_some() && resealed == 0 {
        tracing::warn!(
            "LATCHKEY_PREVIOUS_SEALING_KEY is not used: no signing key is sealed under it, and it is needed for sessions and \
             links of the last seven days alone"
        );
    }
}
