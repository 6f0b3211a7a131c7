use latchkey_credentials::signing::Rotation;

use super::{CommandError, open::open_engine, tell};
use crate::settings::Settings;

/// `latchkey rotate-signing-keys`: has the next signing key made.
pub(crate) async fn rotate_signing_keys(mut settings: Settings, rotation: Rotation) -> Result<(), CommandError> {
    let engine = open_engine(&mut settings).await?;
    engine.rotate_signing_keys(rotation).await?;
    engine.close().await;
    tell(match rotation {
        Rotation::Planned => "The next signing key is made, and signs in ten minutes.",
        Rotation::EndingAllTokens => {
            "A new signing key is made. All access tokens have ended; instances that are running follow within a minute."
        }
    });
    Ok(())
}
