//! All that SQLite and PostgreSQL do not share.

use std::path::{Path, PathBuf};

use url::Url;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// What is said to SQLite on each new connection. FULL: what was acknowledged survives a power cut.
pub(super) const SQLITE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;";

impl Dialect {
    /// IMMEDIATE takes SQLite's write lock at once, rather than failing in mid-transaction.
    pub(super) fn begin_to_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Keeps others from changing the signing keys until the transaction ends; reading them goes on. SQLite has one
    /// writer in any case.
    pub(super) fn lock_signing_keys(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"),
        }
    }
}

/// Where a database is.
pub(super) enum Location {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Location {
    /// Reads `sqlite://path`, `sqlite:path` or `postgres://…`.
    pub(super) fn parse(url: &str) -> Option<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Some(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        (!path.is_empty()).then(|| Self::Sqlite(PathBuf::from(path)))
    }
}

/// The URL by which sqlx opens a file, whatever characters are in its path.
pub(super) fn sqlite_url(path: &Path) -> Option<String> {
    let absolute = std::path::absolute(path).ok()?;
    let file = Url::from_file_path(absolute).ok()?;
    Some(format!("sqlite://{}?mode=rwc", file.path()))
}
