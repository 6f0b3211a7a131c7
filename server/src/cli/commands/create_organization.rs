use super::{error::CommandError, output::print_reply, run_or_delegate};
use crate::{cli::control_socket::ControlRequest, settings::Settings};

/// Implements `latchkey organization create`, which prints a set-up link.
pub(crate) async fn create_organization(settings: Settings) -> Result<(), CommandError> {
    let reply = run_or_delegate::run(settings, ControlRequest::OrganizationCreate {}).await?;
    print_reply(&reply, "Create the organization at");
    Ok(())
}
