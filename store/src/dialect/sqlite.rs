use std::path::Path;

use url::Url;

/// The settings of each new connection to SQLite. With FULL, what was acknowledged survives a power cut.
pub(crate) const SQLITE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

/// Returns the URL by which sqlx opens a file, whatever characters are in its path.
pub(crate) fn sqlite_url(path: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    let file = Url::from_file_path(absolute).ok()?;
    Some(format!("sqlite://{}?mode=rwc", file.path()))
}
