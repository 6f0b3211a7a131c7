use thiserror::Error;

/// Why a text is not the URL of a database. No message repeats the text, which may contain a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// Empty, or only white space.
    #[error("the database's URL is empty; write sqlite://PATH or postgres://…")]
    Empty,
    /// White space around it.
    #[error("the database's URL begins or ends with a space; write it without")]
    Space,
    /// Quotes around it, as some files of variables keep them.
    #[error("the database's URL is in quotes; write it without them")]
    Quotes,
    /// A character that cannot be seen.
    #[error("the database's URL contains a line break or another character that cannot be seen; write it without")]
    Invisible,
    /// An unknown scheme.
    #[error("the database must be sqlite://PATH or postgres://…")]
    UnknownKind,
    /// A path without a scheme.
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
    /// A database in memory, which would end with the process.
    #[error("latchkey keeps its database in a file, not in memory; write sqlite://PATH")]
    InMemory,
    /// Nothing after `sqlite://`.
    #[error("the database's URL has no path; write sqlite://PATH")]
    NoPath,
    /// A path that ends with a slash.
    #[error("the database's URL names a folder; add the name of the file: sqlite:///srv/latchkey.db")]
    Folder,
    /// `?`, `#`, `;` or `&` in the path of a SQLite file.
    #[error("sqlite://PATH takes no parameters: write only the path, without {0} and the text after it")]
    Parameters(char),
    /// `%20` and the like in the path of a SQLite file.
    #[error("the path in sqlite://PATH is used as it is written; write the character itself in place of %{0}")]
    PercentEncoded(String),
    /// `~` or `$HOME`, which a shell would replace.
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
    /// `postgres://` without anything after it.
    #[error("the database's URL names no server; write postgres://USER@HOST/DATABASE")]
    NoServer,
    /// `#` in a PostgreSQL URL. The rest would be ignored.
    #[error("the database's URL contains #, which ends a URL; write it as %23 in a password")]
    Fragment,
    /// Not a URL.
    #[error(
        "the database's URL cannot be read: {0}; write characters such as / ? # @ : in a password percent-encoded (%2F %3F \
         %23 %40 %3A)"
    )]
    Malformed(url::ParseError),
}
