use std::path::PathBuf;

use sqlx::{Connection, PgConnection};

pub use super::shared::postgres::new_database;
use super::shared::skip::skip;

/// Returns every table of a database, as one text.
pub async fn dump(database: &str) -> String {
    let mut connection = PgConnection::connect(database).await.unwrap();
    let tables = "SELECT schema_to_xml('public', true, false, '')::text";
    sqlx::query_scalar(tables).fetch_one(&mut connection).await.unwrap()
}

/// Returns whether this process runs as root. Neither PostgreSQL nor its poolers run as root.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Returns the path of one of PostgreSQL's programs. Debian installs them in a folder that is not in `PATH`.
///
/// Returns `None` if it is not installed. The test must then return: it is skipped.
pub fn program(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let folders = versions.map(|version| version.unwrap().path().join("bin"));
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found =
        folders.chain(std::env::split_paths(&paths)).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        skip(&format!("PostgreSQL's {name} is not installed"));
    }
    found
}
