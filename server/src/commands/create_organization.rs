use super::{CommandError, open::open_engine, tell_link};
use crate::settings::Settings;

/// `latchkey organization create`: prints a set-up link.
pub(crate) async fn create_organization(mut settings: Settings) -> Result<(), CommandError> {
    let engine = open_engine(&mut settings).await?;
    let link = engine.make_set_up_link().await?;
    engine.close().await;
    tell_link("Create the organization at", &link);
    Ok(())
}
