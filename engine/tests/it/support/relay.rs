//! What lies between a node and PostgreSQL's socket, and can fail.

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

/// How connections fare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weather {
    /// All is passed on.
    Fine,
    /// Nothing is passed on, and nobody is told.
    Silent,
    /// The connections have ended, and new ones hear nothing.
    Cut,
}

/// A relay of connections to the socket that a URL names.
pub struct Relay {
    pub url: String,
    weather: watch::Sender<Weather>,
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
        let (weather, forecast) = watch::channel(Weather::Fine);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server.clone(), forecast.clone()));
            }
        });
        Self { url: url.into(), weather, _folder: folder }
    }

    /// The same database, by sessions that may not write.
    pub fn read_only_url(&self) -> String {
        read_only(&self.url)
    }

    pub fn silence(&self) {
        self.weather.send_replace(Weather::Silent);
    }

    pub fn cut(&self) {
        self.weather.send_replace(Weather::Cut);
    }

    pub fn resume(&self) {
        self.weather.send_replace(Weather::Fine);
    }
}

/// The URL of sessions that may not write, though the database takes changes from others.
pub fn read_only(database: &str) -> String {
    let mut url = url::Url::parse(database).unwrap();
    url.query_pairs_mut().append_pair("options", "-c default_transaction_read_only=on");
    url.into()
}

async fn pass(client: UnixStream, server: PathBuf, mut forecast: watch::Receiver<Weather>) {
    if *forecast.borrow() == Weather::Cut && forecast.wait_for(|weather| *weather == Weather::Fine).await.is_err() {
        return;
    }
    let Ok(server) = UnixStream::connect(server).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let mut cut = forecast.clone();
    tokio::select! {
        () = copy(from_client, to_server, forecast.clone()) => {}
        () = copy(from_server, to_client, forecast) => {}
        _ = cut.wait_for(|weather| *weather == Weather::Cut) => {}
    }
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut forecast: watch::Receiver<Weather>) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let Ok(length @ 1..) = from.read(&mut buffer).await else { return };
        if forecast.wait_for(|weather| *weather != Weather::Silent).await.is_err() {
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
