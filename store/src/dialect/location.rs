//! The URL that names a database.

use std::path::{Path, PathBuf};

use thiserror::Error;
use url::{Url, form_urlencoded};

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database. It may hold a password.
    Postgres(String),
}

/// Why a text does not name a database. No message repeats the text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// Empty, or white space alone.
    #[error("the database's URL is empty; write sqlite://PATH or postgres://…")]
    Empty,
    /// White space around it.
    #[error("the database's URL begins or ends with a space; write it without")]
    Space,
    /// Quotes around it, as some files of variables keep them.
    #[error("the database's URL is in quotes; write it without them")]
    Quotes,
    /// A character that cannot be seen.
    #[error("the database's URL holds a line break or another character that cannot be seen; write it without")]
    Invisible,
    /// Neither of the two schemes.
    #[error("the database must be sqlite://PATH or postgres://…")]
    UnknownKind,
    /// A path alone.
    #[error("the database must be sqlite://PATH or postgres://…; write sqlite:// before the path of a SQLite file")]
    Path,
    /// `file:`, as SQLite's own URIs begin.
    #[error("the database must be sqlite://PATH or postgres://…; write sqlite:// in place of file:")]
    FileUri,
    /// `jdbc:…`.
    #[error("the database must be sqlite://PATH or postgres://…; write it without jdbc:")]
    Jdbc,
    /// `sqlite:` without two slashes.
    #[error("the database's URL must be sqlite://PATH, with two slashes before the path: sqlite:///srv/latchkey.db")]
    SqliteSlashes,
    /// A database that ends with the process.
    #[error("latchkey keeps its database in a file, and none in memory; write sqlite://PATH")]
    InMemory,
    /// Nothing after `sqlite://`.
    #[error("the database's URL has no path; write sqlite://PATH")]
    NoPath,
    /// A path that ends with a slash.
    #[error("the database's URL names a folder; add the name of the file: sqlite:///srv/latchkey.db")]
    Folder,
    /// `?`, `#`, `;` or `&` in the path of a SQLite file.
    #[error("sqlite://PATH takes no parameters: write the path alone, without {0} and what follows it")]
    Parameters(char),
    /// `%20` and the like in the path of a SQLite file.
    #[error("the path in sqlite://PATH is read as it is written; write the character itself in place of %{0}")]
    PercentEncoded(String),
    /// `~`, `$HOME`: what a shell would replace.
    #[error("nothing replaces ~ or $ in sqlite://PATH; write the whole path")]
    Unexpanded,
    /// A backslash in the path of a SQLite file.
    #[error("the path in sqlite://PATH has a backslash; write / between folders")]
    Backslash,
    /// A second scheme or a host with a port in the place of the path.
    #[error("sqlite:// must be followed by a path, not by another URL or a host; write sqlite://PATH")]
    NestedUrl,
    /// `postgres:` without two slashes.
    #[error("the database's URL must begin with postgres:// (two slashes): postgres://USER@HOST/DATABASE")]
    PostgresSlashes,
    /// `postgres://` and nothing else.
    #[error("the database's URL names no server; write postgres://USER@HOST/DATABASE")]
    NoServer,
    /// `#` in a PostgreSQL URL. What follows would be ignored.
    #[error("the database's URL holds #, which ends a URL; write it as %23 in a password")]
    Fragment,
    /// Not a URL.
    #[error(
        "the database's URL cannot be read: {0}; write characters such as / ? # @ : in a password percent-encoded (%2F %3F \
         %23 %40 %3A)"
    )]
    Malformed(url::ParseError),
}

/// The parameters of a PostgreSQL URL that sqlx reads, beside `options[…]`.
const KNOWN_PARAMETERS: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

impl Location {
    /// Reads `sqlite://PATH` or `postgres://…` (also `postgresql://…`); schemes in any case (RFC 3986 §3.1).
    ///
    /// The path of a SQLite file is read as it is written. What looks like the syntax of URLs in it is refused: taken for a part of
    /// the name, it would open another, empty database.
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
                Ok(Self::Postgres(without_unused_parameters(&url)))
            }
            "file" => Err(DatabaseUrlError::FileUri),
            "jdbc" => Err(DatabaseUrlError::Jdbc),
            _ => Err(DatabaseUrlError::UnknownKind),
        }
    }

    /// The names of the parameters in the URL of a PostgreSQL database that have no effect. Their values may be secrets.
    #[must_use]
    pub fn unused_parameters(url: &str) -> Vec<String> {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
        names.filter(|name| !is_known(name)).collect()
    }

    /// Whether both name one database, as far as their names tell.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => resolved(one) == resolved(other),
            (Self::Postgres(one), Self::Postgres(other)) => one == other,
            _ => false,
        }
    }
}

/// Leaves out what has no effect: sqlx would log its value.
fn without_unused_parameters(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
    let is_used = |parameter: &&str| {
        let mut pair = form_urlencoded::parse(parameter.as_bytes());
        pair.next().is_some_and(|(name, _)| is_known(&name))
    };
    let kept: Vec<&str> = query.split('&').filter(is_used).collect();
    if kept.is_empty() { before.to_owned() } else { format!("{before}?{}", kept.join("&")) }
}

fn is_known(parameter: &str) -> bool {
    KNOWN_PARAMETERS.contains(&parameter) || parameter.starts_with("options[")
}

/// A path without links and dots, where its folder is there.
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

fn check_characters(text: &str) -> Result<(), DatabaseUrlError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(DatabaseUrlError::Empty);
    }
    let is_quote = |character| "\"'`“”‘’".contains(character);
    if trimmed.starts_with(is_quote) || trimmed.ends_with(is_quote) {
        return Err(DatabaseUrlError::Quotes);
    }
    // Controls, and the marks of direction and byte order that copied text may hold.
    let is_invisible = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
    };
    if trimmed.contains(is_invisible) {
        return Err(DatabaseUrlError::Invisible);
    }
    if trimmed == text { Ok(()) } else { Err(DatabaseUrlError::Space) }
}

/// Refuses a path in which something looks like the syntax of URLs or of a shell.
fn check_path(path: &str) -> Result<(), DatabaseUrlError> {
    if path.is_empty() {
        return Err(DatabaseUrlError::NoPath);
    }
    if path.starts_with(char::is_whitespace) {
        return Err(DatabaseUrlError::Space);
    }
    if let Some(character) = path.chars().find(|character| "?#;&".contains(*character)) {
        return Err(DatabaseUrlError::Parameters(character));
    }
    if let Some(digits) = percent_encoded(path) {
        return Err(DatabaseUrlError::PercentEncoded(digits));
    }
    if path.contains('\\') {
        return Err(DatabaseUrlError::Backslash);
    }
    if path.starts_with('~')
        || path.contains("${")
        || path.contains("$(")
        || path.split('/').any(|part| part.starts_with('$'))
    {
        return Err(DatabaseUrlError::Unexpanded);
    }
    let first = path.split('/').next().unwrap_or_default();
    if first.contains([':', '@']) {
        return Err(DatabaseUrlError::NestedUrl);
    }
    match path.rsplit('/').next() {
        Some("" | "." | "..") => Err(DatabaseUrlError::Folder),
        _ => Ok(()),
    }
}

/// The first two hexadecimal digits that follow a percent sign.
fn percent_encoded(path: &str) -> Option<String> {
    let mut digits = path.split('%').skip(1).filter_map(|rest| rest.get(..2));
    digits.find(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit())).map(str::to_owned)
}

fn check_postgres(url: &str) -> Result<(), DatabaseUrlError> {
    if url.contains('#') {
        return Err(DatabaseUrlError::Fragment);
    }
    let url = Url::parse(url).map_err(DatabaseUrlError::Malformed)?;
    let names_none =
        url.host_str().is_none_or(str::is_empty) && matches!(url.path(), "" | "/") && url.query().is_none();
    if names_none { Err(DatabaseUrlError::NoServer) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let Err(error) = Location::parse(text) else { panic!("{text:?} was accepted") };
        error.to_string()
    }

    #[test]
    fn a_path_is_read_as_it_is_written() {
        for path in
            ["x.db", "./data/latchkey.db", "/d/x.db", "//d/x.db", "/srv/a b/é, 100% (1)=+!.db", "../x", "/d/a:b.db"]
        {
            assert!(Location::parse(&format!("sqlite://{path}")) == Ok(Location::Sqlite(path.into())), "{path}");
        }
        assert!(Location::parse("SQLite:///d/x.db") == Ok(Location::Sqlite("/d/x.db".into())));
    }

    #[test]
    fn what_looks_like_the_syntax_of_urls_is_refused_with_what_to_write() {
        for (text, words) in [
            ("sqlite:///d/x.db?mode=rwc", "takes no parameters"),
            ("sqlite://x.db?", "takes no parameters"),
            ("sqlite://x.db#frag", "takes no parameters"),
            ("sqlite://x.db;mode=rwc", "takes no parameters"),
            ("sqlite://x.db&mode=rwc", "takes no parameters"),
            ("sqlite:///d/a%20b.db", "in place of %20"),
            ("sqlite:///d/%7Ex.db", "in place of %7E"),
            ("sqlite:x.db", "two slashes"),
            ("sqlite:/d/x.db", "two slashes"),
            ("sqlite::memory:", "in memory"),
            ("sqlite://:memory:", "in memory"),
            ("sqlite://", "no path"),
            ("sqlite:///", "names a folder"),
            ("sqlite:///d/", "names a folder"),
            ("sqlite://.", "names a folder"),
            ("sqlite://~/x.db", "nothing replaces ~"),
            ("sqlite://$HOME/x.db", "nothing replaces ~"),
            ("sqlite:///d/${NAME}.db", "nothing replaces ~"),
            ("sqlite://C:\\data\\x.db", "backslash"),
            ("sqlite://C:/data/x.db", "not by another URL"),
            ("sqlite://file:x.db", "not by another URL"),
            ("sqlite://sqlite:///d/x.db", "not by another URL"),
            ("sqlite://user@host/x.db", "not by another URL"),
            ("sqlite3://x.db", "sqlite://PATH or postgres://"),
            ("file:x.db", "in place of file:"),
            ("file:///d/x.db", "in place of file:"),
            ("jdbc:sqlite:x.db", "without jdbc:"),
            ("./x.db", "write sqlite:// before the path"),
            ("/d/x.db", "write sqlite:// before the path"),
            ("x.db", "write sqlite:// before the path"),
            ("mysql://localhost/latchkey", "sqlite://PATH or postgres://"),
            ("://x", "sqlite://PATH or postgres://"),
            ("\"sqlite:///d/x.db\"", "in quotes"),
            ("'postgres://h/d'", "in quotes"),
            ("“sqlite:///d/x.db”", "in quotes"),
            ("sqlite:///d/x.db ", "a space"),
            (" sqlite:///d/x.db", "a space"),
            ("sqlite:// /d/x.db", "a space"),
            ("sqlite:///d/x.db\n", "a space"),
            ("sqlite:///d/x\n.db", "cannot be seen"),
            ("sqlite:///d/x.db\u{feff}", "cannot be seen"),
            ("sqlite:///d/x.db\0", "cannot be seen"),
            ("", "is empty"),
            (" \t\n", "is empty"),
            ("postgres:/x", "two slashes"),
            ("postgres:x", "two slashes"),
            ("postgres://", "names no server"),
            ("postgresql:///", "names no server"),
            ("postgres://h/d#frag", "holds #"),
        ] {
            let line = refusal(text);
            assert!(line.contains(words) && !line.contains('\n'), "{text:?}: {line}");
        }
    }

    #[test]
    fn no_refusal_repeats_a_password() {
        for text in [
            "latchkey:hunter2@db/latchkey",
            "postgres:/latchkey:hunter2@db/latchkey",
            "\"postgres://latchkey:hunter2@db/latchkey\"",
            "postgres://latchkey:hunter2@db:port/latchkey",
            "postgres://latchkey:hunter2#@db/latchkey",
            "postgres://latchkey:hunter2/@db/latchkey",
            "postgres://latchkey:hunter2@db/latchkey ",
            "mysql://latchkey:hunter2@db/latchkey",
            "sqlite:///d/x.db?key=hunter2",
            "sqlite://latchkey:hunter2@db/latchkey",
        ] {
            let line = refusal(text);
            assert!(!line.contains("hunter2"), "{text:?}: {line}");
        }
    }

    #[test]
    fn both_names_of_postgresql_are_one() {
        for text in ["postgres://u:p@h/d?sslmode=require", "POSTGRESQL://u:p@h/d?sslmode=require"] {
            let Ok(Location::Postgres(url)) = Location::parse(text) else { panic!("{text} was refused") };
            assert_eq!(url, "postgres://u:p@h/d?sslmode=require");
        }
        assert!(Location::parse("postgres:///d?host=/run/postgresql").is_ok());
        assert!(Location::parse("postgres://u@%2Frun%2Fpostgresql/d").is_ok());
    }

    #[test]
    fn parameters_without_effect_are_named_and_left_out() {
        let text = "postgres://u@h/d?channel_binding=s3cr&sslmode=require&pgbouncer&options[geqo]=off&host=h";
        assert_eq!(Location::unused_parameters(text), ["channel_binding", "pgbouncer"]);
        for (given, kept) in [
            (text, "postgres://u@h/d?sslmode=require&options[geqo]=off&host=h"),
            ("postgres://h/d?x=1", "postgres://h/d"),
        ] {
            assert!(Location::parse(given) == Ok(Location::Postgres(kept.to_owned())), "{given}");
        }
    }

    #[test]
    fn one_file_is_one_database_by_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.db");
        let (one, other) = (Location::Sqlite(file.clone()), Location::Sqlite(folder.path().join("./y/../x.db")));
        std::fs::create_dir(folder.path().join("y")).unwrap();
        assert!(one.is_same(&other), "before it is there");
        std::fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink(&file, folder.path().join("link.db")).unwrap();
        assert!(one.is_same(&Location::Sqlite(folder.path().join("link.db"))));
        assert!(!one.is_same(&Location::Sqlite(folder.path().join("z.db"))));
    }
}
