//! A relay between a node and PostgreSQL's socket, which a test can interrupt.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// What the relay does with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// All data is passed on.
    Relaying,
    /// No data is passed on, and the connections stay open.
    Silent,
    /// The connections are closed, and new ones are not served.
    Cut,
}

/// A relay to the socket that a URL names.
pub struct Relay {
    pub url: String,
    mode: watch::Sender<Mode>,
    _folder: TempDir,
}

static RELAYS: AtomicU32 = AtomicU32::new(0);

impl Relay {
    /// Relays to the server of a database.
    pub fn to(database: &str) -> Self {
        let mut url = url::Url::parse(database).unwrap();
        let folder_of_server = url.query_pairs().find(|(name, _)| name == "host").unwrap().1.into_owned();
        let server = PathBuf::from(folder_of_server).join(".s.PGSQL.5432");
        // The path of a socket has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("relay").tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        url.query_pairs_mut().clear().append_pair("host", folder.path().to_str().unwrap());
        let number = RELAYS.fetch_add(1, Ordering::Relaxed);
        url.query_pairs_mut().append_pair("application_name", &format!("relayed {number}"));
        let (mode, changes) = watch::channel(Mode::Relaying);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server.clone(), changes.clone()));
            }
        });
        Self { url: url.into(), mode, _folder: folder }
    }

    /// Returns the URL of read-only sessions through the relay.
    pub fn read_only_url(&self) -> String {
        read_only(&self.url)
    }

    pub fn silence(&self) {
        self.mode.send_replace(Mode::Silent);
    }

    pub fn cut(&self) {
        self.mode.send_replace(Mode::Cut);
    }

    pub fn resume(&self) {
        self.mode.send_replace(Mode::Relaying);
    }
}

/// Returns the URL of read-only sessions of a database, which stays writable for others.
pub fn read_only(database: &str) -> String {
    let mut url = url::Url::parse(database).unwrap();
    url.query_pairs_mut().append_pair("options", "-c default_transaction_read_only=on");
    url.into()
}

async fn pass(client: UnixStream, server: PathBuf, mut changes: watch::Receiver<Mode>) {
    if *changes.borrow() == Mode::Cut && changes.wait_for(|mode| *mode == Mode::Relaying).await.is_err() {
        return;
    }
    let Ok(server) = UnixStream::connect(server).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let mut cut = changes.clone();
    tokio::select! {
        () = copy(from_client, to_server, changes.clone()) => {}
        () = copy(from_server, to_client, changes) => {}
        _ = cut.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut changes: watch::Receiver<Mode>) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        if changes.wait_for(|mode| *mode != Mode::Silent).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
