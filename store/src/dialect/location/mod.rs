//! The URL that names a database.

mod checks;
mod parameters;
#[cfg(test)]
mod tests;
mod url_error;

use std::path::{Path, PathBuf};

use checks::{check_characters, check_path, check_postgres};
pub use url_error::DatabaseUrlError;

/// The location of a database.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database. It may hold a password.
    Postgres(String),
}

impl Location {
    /// Parses `sqlite://PATH` or `postgres://…` (also `postgresql://…`), with the scheme in any case (RFC 3986 §3.1).
    ///
    /// The path of a SQLite file is used as it is written. A path that contains URL syntax is refused: used as part of
    /// the name, that syntax would open another, empty database.
    ///
    /// # Errors
    /// [`DatabaseUrlError`] says what to write instead.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        check_characters(text)?;
        let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
            return Err(if text.contains(['@', ':']) { DatabaseUrlError::UnknownKind } else { DatabaseUrlError::Path });
        };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" if rest.contains(":memory:") => Err(DatabaseUrlError::InMemory),
            "sqlite" => {
                let path = rest.strip_prefix("//").ok_or(DatabaseUrlError::SqliteSlashes)?;
                check_path(path)?;
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            "postgres" | "postgresql" => {
                let rest = rest.strip_prefix("//").ok_or(DatabaseUrlError::PostgresSlashes)?;
                let url = format!("postgres://{rest}");
                check_postgres(&url)?;
                Ok(Self::Postgres(parameters::without_unused(&url)))
            }
            "file" => Err(DatabaseUrlError::FileUri),
            "jdbc" => Err(DatabaseUrlError::Jdbc),
            _ => Err(DatabaseUrlError::UnknownKind),
        }
    }

    /// Returns the names of the parameters in the URL of a PostgreSQL database that have no effect. Their values may be
    /// secrets.
    #[must_use]
    pub fn unused_parameters(url: &str) -> Vec<String> {
        parameters::unused(url)
    }

    /// Returns whether both are the same database, as far as their names show.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => resolved(one) == resolved(other),
            (Self::Postgres(one), Self::Postgres(other)) => one == other,
            _ => false,
        }
    }
}

/// Resolves links and dots in a path, if its folder exists.
fn resolved(path: &Path) -> PathBuf {
    let whole = || {
        let name = path.file_name()?;
        crate::paths::folder_of(path).canonicalize().ok().map(|folder| folder.join(name))
    };
    path.canonicalize().ok().or_else(whole).unwrap_or_else(|| path.to_owned())
}

fn is_scheme(text: &str) -> bool {
    // RFC 3986 §3.1.
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
}
