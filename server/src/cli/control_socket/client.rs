use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use thiserror::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{
    limits::{CLIENT_TIMEOUT, MAX_REPLY_SIZE, REPLY_TIMEOUT},
    messages::{ControlReply, ControlRequest},
    socket_path::{SocketAddress, socket_file},
};

/// Why a server did not run a command. Each message is one line.
#[derive(Debug, Error)]
pub enum ControlError {
    /// No server accepts commands: another command has the database open, or the server's socket cannot be reached.
    #[error("the database is in use by another latchkey process, which accepts no commands: {}: {error}", .0.display(), error = .1)]
    NotReached(PathBuf, #[source] io::Error),
    /// A program of another user listens on the socket.
    #[error("{} is not the server's socket: a program of another user listens there; no command was sent", .0.display())]
    NotTheServer(PathBuf),
    /// The server did not reply in time.
    #[error("the server did not reply within a minute: {0}; it may still run the command")]
    NotAnswered(io::Error),
    /// The reply was incomplete or malformed.
    #[error("the server's reply is malformed; the server may be of another version")]
    Unreadable,
    /// The server refused; the text is its reason.
    #[error("{0}")]
    Refused(String),
}

/// Sends a command to the server that has a database open, and returns its reply.
///
/// # Errors
/// [`ControlError`].
pub(crate) async fn send_request(database: &Path, request: &ControlRequest) -> Result<ControlReply, ControlError> {
    let socket = socket_file(database);
    let not_reached = |error| ControlError::NotReached(database.to_owned(), error);
    let address = SocketAddress::new(&socket).map_err(not_reached)?;
    let connected = timeout(CLIENT_TIMEOUT, UnixStream::connect(address.path())).await;
    let mut connection = connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(not_reached)?;
    check_server(&connection, database, &socket)?;
    let reply = timeout(REPLY_TIMEOUT, exchange(&mut connection, request)).await;
    let reply = reply.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(ControlError::NotAnswered)?;
    match serde_json::from_slice(&reply) {
        Ok(ControlReply::Refused(line)) => Err(ControlError::Refused(line)),
        Ok(reply) => Ok(reply),
        Err(_) => Err(ControlError::Unreadable),
    }
}

/// Checks that the socket belongs to the server. Another user who may write to the folder could put a socket there, and
/// would then choose the link that is printed.
fn check_server(connection: &UnixStream, database: &Path, socket: &Path) -> Result<(), ControlError> {
    let owner = fs::metadata(database).ok().map(|database| database.uid());
    let own = rustix::process::geteuid().as_raw();
    let server = connection.peer_cred().ok().map(|peer| peer.uid());
    match server {
        Some(server) if server == own || server == 0 || Some(server) == owner => Ok(()),
        _ => Err(ControlError::NotTheServer(socket.to_owned())),
    }
}

async fn exchange(connection: &mut UnixStream, request: &ControlRequest) -> io::Result<Zeroizing<Vec<u8>>> {
    connection.write_all(&serde_json::to_vec(request)?).await?;
    connection.shutdown().await?;
    let mut reply = Zeroizing::new(Vec::new());
    connection.take(MAX_REPLY_SIZE).read_to_end(&mut reply).await?;
    Ok(reply)
}
