use std::{
    fs::{self, Metadata, Permissions},
    future::Future,
    io::{self, ErrorKind},
    os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixSocket, UnixStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};
use zeroize::Zeroizing;

use super::{
    limits::{CLIENT_TIMEOUT, MAX_CONNECTIONS, MAX_REQUEST_SIZE},
    messages::{ControlReply, ControlRequest},
    socket_path::{SocketAddress, socket_file},
};

/// How long the server waits after an error that the next attempt would probably meet again, such as too many open
/// files.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// The socket that accepts commands. It is removed when this is dropped.
pub(crate) struct ControlSocket {
    listener: UnixListener,
    file: SocketFile,
    users: AllowedUsers,
}

/// The users who may send commands.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllowedUsers(pub(super) [u32; 2]);

impl AllowedUsers {
    /// Returns the server's own user, and root.
    fn of_server_user() -> Self {
        Self([rustix::process::geteuid().as_raw(), 0])
    }

    fn contains(self, user: u32) -> bool {
        self.0.contains(&user)
    }
}

/// A socket file that this process has created.
struct SocketFile {
    path: PathBuf,
    made: Option<(u64, u64)>,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another process may have created a file with this name in the meantime.
        let found = fs::symlink_metadata(&self.path).ok().map(|found| identity(&found));
        if found.is_some() && found == self.made {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

impl ControlSocket {
    /// Listens on a socket next to a SQLite database, whose lock this process holds. If that fails, logs a warning and
    /// returns `None`: the server starts without the socket.
    pub(crate) async fn bind_or_warn(database: &Path) -> Option<Self> {
        match Self::bind(database, AllowedUsers::of_server_user()).await {
            Ok(control) => Some(control),
            Err(error) => {
                let socket = socket_file(database);
                tracing::warn!(
                    "commands such as reset-password cannot be sent to this server: cannot listen on {}: {error}",
                    socket.display()
                );
                None
            }
        }
    }

    pub(super) async fn bind(database: &Path, users: AllowedUsers) -> io::Result<Self> {
        let path = socket_file(database);
        remove_stale(&path).await?;
        let address = SocketAddress::new(&path)?;
        let socket = UnixSocket::new_stream()?;
        socket.bind(address.path())?;
        let made = fs::symlink_metadata(&path)?;
        let file = SocketFile { path, made: Some(identity(&made)) };
        // No client can connect before `listen`.
        fs::set_permissions(&file.path, Permissions::from_mode(0o600))?;
        let listener = socket.listen(u32::try_from(MAX_CONNECTIONS).unwrap_or_default())?;
        Ok(Self { listener, file, users })
    }

    /// Answers requests until `stopped`, then finishes those in progress.
    pub(crate) async fn serve<A, F>(self, answer: A, stopped: impl Future<Output = ()>)
    where
        A: Fn(ControlRequest) -> F + Clone + Send + 'static,
        F: Future<Output = ControlReply> + Send,
    {
        let Self { listener, file, users } = self;
        let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut connections = JoinSet::new();
        let mut stopped = pin!(stopped);
        loop {
            let accepted = async {
                let permit = Arc::clone(&permits).acquire_owned().await;
                (permit, listener.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                () = &mut stopped => break,
                accepted = accepted => accepted,
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((mut connection, _)) => {
                    let answer = answer.clone();
                    connections.spawn(async move {
                        if let Some(request) = read_request(&mut connection, users).await {
                            write_reply(&mut connection, &answer(request).await).await;
                        }
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::warn!("a command could not connect: {error}");
                    sleep(RETRY_DELAY).await;
                }
            }
        }
        drop((listener, file));
        while connections.join_next().await.is_some() {}
    }
}

/// Removes the socket file that an earlier server has left. This process holds the database's lock, so no other
/// Latchkey server listens there.
async fn remove_stale(path: &Path) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if !found.file_type().is_socket() {
        return Err(io::Error::new(ErrorKind::AlreadyExists, "another file has this name"));
    }
    let address = SocketAddress::new(path)?;
    match timeout(CLIENT_TIMEOUT, UnixStream::connect(address.path())).await {
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        _ => Err(io::Error::new(ErrorKind::AddrInUse, "another program listens on it")),
    }
}

/// Reads one request, if the user may send commands. Other users get no reply.
async fn read_request(connection: &mut UnixStream, users: AllowedUsers) -> Option<ControlRequest> {
    let peer = connection.peer_cred().ok()?.uid();
    if !users.contains(peer) {
        tracing::warn!(user = peer, "a user without permission tried to send a command to this server");
        return None;
    }
    let mut bytes = Vec::new();
    let mut limited = (&mut *connection).take(MAX_REQUEST_SIZE + 1);
    let is_read = matches!(timeout(CLIENT_TIMEOUT, limited.read_to_end(&mut bytes)).await, Ok(Ok(_)));
    let request = serde_json::from_slice(&bytes).ok().filter(|_| is_read && bytes.len() as u64 <= MAX_REQUEST_SIZE);
    if request.is_none() {
        let refused = "the request is malformed; the server may be of another version";
        write_reply(connection, &ControlReply::Refused(refused.to_owned())).await;
    }
    request
}

async fn write_reply(connection: &mut UnixStream, reply: &ControlReply) {
    let bytes = Zeroizing::new(serde_json::to_vec(reply).unwrap_or_default());
    let written = async {
        connection.write_all(&bytes).await?;
        connection.shutdown().await
    };
    // A client that has disconnected does not get the reply.
    let _ = timeout(CLIENT_TIMEOUT, written).await;
}
