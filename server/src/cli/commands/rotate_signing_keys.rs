use latchkey_engine::signing::Rotation;

use super::{error::CommandError, output::print_line, run_or_delegate};
use crate::{cli::control_socket::ControlRequest, settings::Settings};

/// Implements `latchkey rotate-signing-keys`, which creates the next signing key.
pub(crate) async fn rotate_signing_keys(settings: Settings, rotation: Rotation) -> Result<(), CommandError> {
    run_or_delegate::run(settings, ControlRequest::RotateSigningKeys { rotation: rotation.into() }).await?;
    print_line(match rotation {
        Rotation::Planned => "The next signing key is created; it starts to sign in ten minutes.",
        Rotation::EndingAllTokens => {
            "A new signing key is created. All access tokens are invalid now; running instances follow within a minute."
        }
    });
    Ok(())
}
