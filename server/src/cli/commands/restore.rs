use std::{path::Path, sync::Arc};

use latchkey_engine::{OsRandom, SystemClock, operations::backup::Restoration};

use super::{
    after_restore::{AfterRestoreOptions, print_revoked},
    error::CommandError,
    open_engine::engine_settings,
    output::print_line,
};
use crate::settings::Settings;

/// Implements `latchkey restore FILE`, which makes a backup the SQLite database and revokes what it would revive.
pub(crate) async fn restore(
    mut settings: Settings,
    file: &Path,
    replace: bool,
    options: &AfterRestoreOptions,
) -> Result<(), CommandError> {
    let decision = options.active_keys_decision()?;
    let restoration = Restoration::prepare(&settings.database, file, replace).await?;
    let what = options.resolve(decision, restoration.active_keys())?;
    let listen = settings.listen;
    let settings = engine_settings(&mut settings, listen, None);
    let restored =
        restoration.finish(settings, options.signing_keys(), what, Arc::new(SystemClock), Arc::new(OsRandom)).await?;
    print_line(&format!("{} is restored from {}.", restored.database.display(), file.display()));
    if let Some(kept_as) = &restored.kept_as {
        print_line(&format!("The previous database is kept as {}.", kept_as.display()));
    }
    print_revoked(what, &restored.ended, restored.active_keys);
    Ok(())
}
