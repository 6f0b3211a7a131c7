//! Names of files beside a SQLite database.

use std::path::{Path, PathBuf};

/// Returns the folder of a file.
#[must_use]
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns a file's name with a suffix.
#[must_use]
pub fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Returns where the sealing key is kept beside a SQLite database.
#[must_use]
pub fn sealing_key_file(database: &Path) -> PathBuf {
    database.with_extension("key")
}
