use super::{CommandError, beside, print_reply};
use crate::{control::Request, settings::Settings};

/// `latchkey reset-password EMAIL`: prints a recovery link.
pub(crate) async fn reset_password(settings: Settings, email: String) -> Result<(), CommandError> {
    let reply = beside::run(settings, Request::ResetPassword { email }).await?;
    print_reply(&reply, "Choose a new password at");
    Ok(())
}
