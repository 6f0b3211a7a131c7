use super::{CommandError, open::open_engine, tell_link};
use crate::settings::Settings;

/// `latchkey reset-password EMAIL`: prints a recovery link.
pub(crate) async fn reset_password(mut settings: Settings, email: &str) -> Result<(), CommandError> {
    let engine = open_engine(&mut settings).await?;
    let link = engine.recovery_link_for(email).await?;
    engine.close().await;
    tell_link("Choose a new password at", &link);
    Ok(())
}
