use std::{path::Path, sync::Arc};

use latchkey_credentials::{OsRandom, SystemClock, backup::Restoration};

use super::{
    after_restore::{AfterRestoreOptions, tell_ended},
    error::CommandError,
    open_engine::engine_settings,
    output::tell,
};
use crate::settings::Settings;

/// `latchkey restore FILE`: makes a backup the SQLite database, and ends what it would revive.
pub(crate) async fn restore(
    mut settings: Settings,
    file: &Path,
    replace: bool,
    options: &AfterRestoreOptions,
) -> Result<(), CommandError> {
    let asking = options.asking()?;
    let restoration = Restoration::prepare(&settings.database, file, replace).await?;
    let what = options.decided(asking, restoration.active_keys())?;
    let listen = settings.listen;
    let settings = engine_settings(&mut settings, listen, None);
    let restored =
        restoration.finish(settings, options.signing_keys(), what, Arc::new(SystemClock), Arc::new(OsRandom)).await?;
    tell(&format!("{} is restored from {}.", restored.database.display(), file.display()));
    if let Some(kept_as) = &restored.kept_as {
        tell(&format!("The database before it is kept as {}.", kept_as.display()));
    }
    tell_ended(what, &restored.ended, restored.active_keys);
    Ok(())
}
