use std::{
    fs,
    future::pending,
    io,
    os::unix::{fs::PermissionsExt, net::UnixListener as StdListener},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    sync::oneshot,
    task::JoinHandle,
};

use super::{
    ControlError, ControlReply, ControlRequest, ControlSocket,
    limits::{MAX_CONNECTIONS, MAX_REQUEST_SIZE},
    send_request,
    server::AllowedUsers,
    socket_path::socket_file,
};

/// A server that answers every request with the same link, and counts the requests.
struct Server {
    _folder: TempDir,
    database: PathBuf,
    asked: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

fn own_users() -> AllowedUsers {
    AllowedUsers([rustix::process::geteuid().as_raw(), 0])
}

impl Server {
    async fn start(users: AllowedUsers) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("latchkey.db");
        fs::write(&database, "").unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let answer = move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async { ControlReply::Link("https://keys.example.com/set-up#token".to_owned()) }
        };
        let (stop, stopped) = oneshot::channel();
        let control = ControlSocket::bind(&database, users).await.unwrap();
        let served = tokio::spawn(control.serve(answer, async {
            let _ = stopped.await;
        }));
        Self { _folder: folder, database, asked, stop, served }
    }

    async fn connect(&self) -> UnixStream {
        UnixStream::connect(socket_file(&self.database)).await.unwrap()
    }

    /// Sends bytes, ends the stream, and returns the reply.
    async fn answer(&self, bytes: &[u8]) -> String {
        let mut connection = self.connect().await;
        // The server may close the connection before everything is written.
        let _ = connection.write_all(bytes).await;
        let _ = connection.shutdown().await;
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn is_link(reply: &Result<ControlReply, ControlError>) -> bool {
    matches!(reply, Ok(ControlReply::Link(link)) if link == "https://keys.example.com/set-up#token")
}

#[tokio::test]
async fn command_is_answered_over_a_private_socket_that_is_removed_with_the_server() {
    let server = Server::start(own_users()).await;
    let socket = socket_file(&server.database);
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(is_link(&send_request(&server.database, &ControlRequest::OrganizationCreate {}).await));
    server.stop.send(()).unwrap();
    server.served.await.unwrap();
    assert!(!socket.exists());
    let refused =
        send_request(&server.database, &ControlRequest::OrganizationCreate {}).await.err().unwrap().to_string();
    let line = "the database is in use by another latchkey process, which accepts no commands: ";
    assert!(refused.starts_with(line), "{refused}");
}

#[tokio::test]
async fn another_user_gets_no_reply() {
    let other = rustix::process::geteuid().as_raw() + 4242;
    let server = Server::start(AllowedUsers([other, other + 1])).await;
    assert_eq!(server.answer(br#"{"command":"organization-create"}"#).await, "");
    assert!(send_request(&server.database, &ControlRequest::OrganizationCreate {}).await.is_err());
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn malformed_requests_are_refused() {
    let server = Server::start(own_users()).await;
    let large = format!(
        r#"{{"command":"reset-password","email":"{}"}}"#,
        "a".repeat(usize::try_from(MAX_REQUEST_SIZE).unwrap())
    );
    for request in [
        &b""[..],
        b"\0",
        b"GET / HTTP/1.1\r\n\r\n",
        br#"{"command":"restore"}"#,
        br#"{"command":"reset-password"}"#,
        br#"{"command":"reset-password","email":"a@b.example","organization":"x"}"#,
        br#"{"command":"organization-create","organization":"x"}"#,
        br#"{"command":"organization-create"}{"command":"organization-create"}"#,
        large.as_bytes(),
    ] {
        let answer = server.answer(request).await;
        assert!(answer.starts_with(r#"{"refused":"the request is malformed"#), "{answer}");
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn silent_clients_do_not_block_others() {
    let server = Server::start(own_users()).await;
    let mut silent = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        silent.push(server.connect().await);
    }
    let reply = send_request(&server.database, &ControlRequest::OrganizationCreate {}).await;
    assert!(is_link(&reply), "their time ends");
    drop(silent);
}

#[tokio::test]
async fn stopping_server_answers_requests_in_progress() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("latchkey.db");
    fs::write(&database, "").unwrap();
    let (begun, has_begun) = oneshot::channel();
    let (go_on, may_go_on) = oneshot::channel::<()>();
    let steps = Arc::new(std::sync::Mutex::new(Some((begun, may_go_on))));
    let answer = move |_| {
        let steps = steps.lock().unwrap().take();
        async move {
            let (begun, may_go_on) = steps.unwrap();
            begun.send(()).unwrap();
            may_go_on.await.unwrap();
            ControlReply::Rotated
        }
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let control = ControlSocket::bind(&database, own_users()).await.unwrap();
    let served = tokio::spawn(control.serve(answer, async {
        let _ = stopped.await;
    }));
    let asking = tokio::spawn(async move { send_request(&database, &ControlRequest::OrganizationCreate {}).await });
    has_begun.await.unwrap();
    stop.send(()).unwrap();
    go_on.send(()).unwrap();
    assert!(matches!(asking.await.unwrap(), Ok(ControlReply::Rotated)));
    served.await.unwrap();
}

#[tokio::test]
async fn stale_socket_is_replaced_and_other_files_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("latchkey.db");
    let socket = socket_file(&database);
    let bind = async || ControlSocket::bind(&database, own_users()).await.map(|_| ()).map_err(|error| error.kind());

    // The standard library's listener leaves its file behind.
    drop(StdListener::bind(&socket).unwrap());
    assert!(socket.exists());
    assert_eq!(bind().await, Ok(()));

    let other = StdListener::bind(&socket).unwrap();
    assert_eq!(bind().await, Err(io::ErrorKind::AddrInUse));
    assert!(socket.exists());
    drop(other);
    fs::remove_file(&socket).unwrap();

    fs::write(&socket, "a file").unwrap();
    assert_eq!(bind().await, Err(io::ErrorKind::AlreadyExists));
    assert_eq!(fs::read_to_string(&socket).unwrap(), "a file");
    fs::remove_file(&socket).unwrap();
    std::os::unix::fs::symlink("elsewhere", &socket).unwrap();
    assert_eq!(bind().await, Err(io::ErrorKind::AlreadyExists));
    assert!(!folder.path().join("elsewhere").exists());
}

#[tokio::test]
async fn server_removes_only_its_own_socket() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("latchkey.db");
    let socket = socket_file(&database);
    let control = ControlSocket::bind(&database, own_users()).await.unwrap();
    fs::rename(&socket, folder.path().join("moved")).unwrap();
    fs::write(&socket, "another's").unwrap();
    drop(control);
    assert!(socket.exists());
}

#[tokio::test]
async fn long_paths_work() {
    let folder = tempfile::tempdir().unwrap();
    let deep = ["a", "b", "c"].iter().fold(folder.path().to_owned(), |path, letter| path.join(letter.repeat(200)));
    fs::create_dir_all(&deep).unwrap();
    for name in ["latchkey.db".to_owned(), "n".repeat(240)] {
        let database = deep.join(name);
        fs::write(&database, "").unwrap();
        let control = ControlSocket::bind(&database, own_users()).await.unwrap();
        let served = tokio::spawn(control.serve(|_| async { ControlReply::Rotated }, pending()));
        assert!(matches!(
            send_request(&database, &ControlRequest::OrganizationCreate {}).await,
            Ok(ControlReply::Rotated)
        ));
        served.abort();
        let _ = served.await;
        assert!(!socket_file(&database).exists(), "it goes when the listener does");
    }
}

#[tokio::test]
async fn server_starts_without_a_socket_if_none_can_be_created() {
    assert!(ControlSocket::bind_or_warn(Path::new("/proc/latchkey.db")).await.is_none());
}
