use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// Creates a database in the cluster that `LATCHKEY_TEST_POSTGRES` names. The cluster is removed after the run.
pub async fn new_database() -> String {
    let server = std::env::var("LATCHKEY_TEST_POSTGRES")
        .expect("LATCHKEY_TEST_POSTGRES names a server; scripts/with-postgres.sh starts one");
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("latchkey_server_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    url.into()
}

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

/// Runs one of PostgreSQL's programs, which must succeed. Debian installs them in a folder that is not in `PATH`.
pub fn client(program: &str, arguments: &[&str]) {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let folders = versions.map(|version| version.unwrap().path().join("bin"));
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found =
        folders.chain(std::env::split_paths(&paths)).map(|folder| folder.join(program)).find(|path| path.is_file());
    let output = Command::new(found.expect("PostgreSQL's programs are there")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}
