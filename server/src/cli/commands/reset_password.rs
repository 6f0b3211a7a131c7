use super::{error::CommandError, output::print_reply, run_or_delegate};
use crate::{cli::control_socket::ControlRequest, settings::Settings};

/// Implements `latchkey reset-password EMAIL`, which prints a recovery link.
pub(crate) async fn reset_password(settings: Settings, email: String) -> Result<(), CommandError> {
    let reply = run_or_delegate::run(settings, ControlRequest::ResetPassword { email }).await?;
    print_reply(&reply, "Choose a new password at");
    Ok(())
}
