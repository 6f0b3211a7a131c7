use super::{CommandError, beside, print_reply};
use crate::{control::Request, settings::Settings};

/// `latchkey organization create`: prints a set-up link.
pub(crate) async fn create_organization(settings: Settings) -> Result<(), CommandError> {
    let reply = beside::run(settings, Request::OrganizationCreate {}).await?;
    print_reply(&reply, "Create the organization at");
    Ok(())
}
