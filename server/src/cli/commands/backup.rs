use std::path::Path;

use latchkey_engine::operations::backup::{Backup, back_up};

use super::{error::CommandError, output::print_line};
use crate::settings::Settings;

/// Implements `latchkey backup FILE`, which copies the SQLite database into a new file.
pub(crate) async fn backup(settings: &Settings, file: &Path) -> Result<(), CommandError> {
    let Backup { database, size, keys, sealing_key_file } = back_up(&settings.database, file).await?;
    print_line(&format!("{} is written: {}, {size} bytes, keys: {keys}.", file.display(), database.display()));
    let sealing_key = match sealing_key_file.filter(|_| settings.sealing_key.is_none()) {
        Some(file) => file.display().to_string(),
        None => "LATCHKEY_SEALING_KEY".to_owned(),
    };
    print_line(&format!(
        "The sealing key is not included. Keep a copy of it as well, in another place: {sealing_key}."
    ));
    Ok(())
}
