//! Continuous replication of SQLite by Litestream, with the file of `deploy/litestream/`.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::support::{binary::Binary, console::Console, shared::skip::skip};

/// Returns Litestream's path: where the set-up script has installed it, or where the machine has it.
fn litestream() -> Option<PathBuf> {
    let ours = std::env::var_os("LITESTREAM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).map(|folder| folder.join("litestream"));
    ours.into_iter().chain(others).find(|program| program.is_file())
}

/// A running replication. It is killed on drop, as it would be with its machine.
struct Replication {
    child: Child,
}

impl Drop for Replication {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs Litestream with the configuration that the documents name.
fn command(program: &Path, binary: &Binary) -> Command {
    let folder = binary.folder.path();
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("LITESTREAM_DATABASE", binary.database())
        .env("LITESTREAM_REPLICA", folder.join("replica"));
    command
}

fn configuration() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/litestream/litestream.yml")
}

fn replicate(program: &Path, binary: &Binary) -> Replication {
    let log = File::create(binary.folder.path().join("litestream.log")).unwrap();
    let mut command = command(program, binary);
    command.arg("replicate").arg("-config").arg(configuration());
    let child = command.stdout(Stdio::from(log.try_clone().unwrap())).stderr(log).spawn().unwrap();
    Replication { child }
}

/// Restores the replica into a file, if there is a replica yet.
fn restore(program: &Path, binary: &Binary, into: &Path) -> bool {
    let _ = std::fs::remove_file(into);
    let mut command = command(program, binary);
    command.args(["restore", "-config"]).arg(configuration()).arg("-o").arg(into).arg(binary.database());
    command.output().unwrap().status.success()
}

/// Returns the rows of all of Latchkey's tables, as sorted texts.
async fn dump(file: &Path) -> BTreeMap<String, Vec<String>> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let mut dump = BTreeMap::new();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_litestream%' ESCAPE '\\'";
    for table in connection.fetch_all(tables).await.unwrap() {
        let table: String = table.get(0);
        let columns = format!("SELECT group_concat('quote(' || name || ')', ' || ') FROM pragma_table_info('{table}')");
        let columns: String = connection.fetch_one(AssertSqlSafe(columns)).await.unwrap().get(0);
        let rows = connection.fetch_all(AssertSqlSafe(format!("SELECT {columns} FROM {table}"))).await.unwrap();
        let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        rows.sort();
        dump.insert(table, rows);
    }
    connection.close().await.unwrap();
    dump
}

fn has_key(dump: &BTreeMap<String, Vec<String>>, id: &str) -> bool {
    dump["access_keys"].iter().any(|row| row.contains(id))
}

#[test]
fn a_replica_has_the_state_of_the_lost_machine() {
    let Some(program) = litestream() else {
        return skip("Litestream is not installed (scripts/setup-test.sh installs it)");
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let binary = Binary::new().with_administrator();
    let console = Console::open(&binary);
    let replication = replicate(&program, &binary);
    // More than SQLite keeps in its write-ahead log before it checkpoints.
    for number in 0..600 {
        let name = format!("key {number} {}", "x".repeat(60));
        console.call("/api/access-keys/create", &json!({ "kind": "api_key", "name": name })).is(200);
    }
    let (client, last) =
        (console.create_active("oauth_client", "ERP"), console.create_active("api_key", "the last one"));
    let token = console.token(&client);
    let restored = binary.folder.path().join("restored.db");
    let deadline = Instant::now() + Duration::from_mins(1);
    // The last change is the first use of the client.
    let is_there = |dump: &BTreeMap<String, Vec<String>>| {
        has_key(dump, &last.0)
            && dump["access_keys"].iter().any(|row| row.contains(&client.0) && row.contains("127.0.0.1"))
    };
    let replica = loop {
        if restore(&program, &binary, &restored) {
            let replica = runtime.block_on(dump(&restored));
            if is_there(&replica) {
                break replica;
            }
        }
        let log = std::fs::read_to_string(binary.folder.path().join("litestream.log")).unwrap();
        assert!(Instant::now() < deadline, "the replica does not follow\n{log}");
        sleep(Duration::from_millis(200));
    };
    // Server and replication are killed. Only the replica and the sealing key are left.
    drop(console);
    drop(replication);
    assert_eq!(replica, runtime.block_on(dump(&binary.database())));
    for file in ["latchkey.db", "latchkey.db-wal", "latchkey.db-shm"] {
        let _ = std::fs::remove_file(binary.folder.path().join("data").join(file));
    }
    let printed = binary.printed(&["restore", restored.to_str().unwrap(), "--keep-active"]);
    assert!(printed.contains("Active keys, unchanged: 2."), "{printed}");
    let console = Console::open(&binary);
    assert_eq!((console.ping(&last.1), console.ping(&token)), (200, 401));
    assert_eq!(console.server.stop().0, Some(0));
}
