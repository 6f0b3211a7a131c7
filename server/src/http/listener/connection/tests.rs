use std::{net::Ipv4Addr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    time::Instant,
};

use super::*;
use crate::http::listener::Limits;

const FIRST_BYTE: Duration = Duration::from_secs(5);
const HEAD: Duration = Duration::from_secs(20);
const KEEP_ALIVE: Duration = Duration::from_secs(75);
const ANSWER: Duration = Duration::from_secs(30);

struct Fixture {
    connection: Connection<DuplexStream, ()>,
    activity: Arc<Activity>,
    client: DuplexStream,
}

impl Fixture {
    /// Returns a connection with a buffer of four bytes, and its client.
    fn new() -> Self {
        let (server, client) = duplex(4);
        let activity = Arc::new(Activity::new(Ipv4Addr::LOCALHOST.into()));
        let limits = Limits {
            max_connections: 8,
            first_byte_timeout: FIRST_BYTE,
            head_timeout: HEAD,
            keep_alive_timeout: KEEP_ALIVE,
            write_timeout: ANSWER,
            shutdown_timeout: Duration::ZERO,
        };
        let connection = Connection::new(server, Arc::new(ListenerContext::new(limits)), Arc::clone(&activity), ());
        Self { connection, activity, client }
    }

    /// Sends the bytes of a request, and answers it.
    async fn exchange(&mut self) {
        self.client.write_all(b"ask").await.unwrap();
        self.connection.read_exact(&mut [0; 3]).await.unwrap();
        self.activity.begin_request(false);
        self.activity.end_request();
    }

    /// Returns how long the connection waits for bytes before it fails.
    async fn waits(&mut self) -> Duration {
        let begin = Instant::now();
        let failed = self.connection.read_u8().await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::TimedOut);
        begin.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn writing_to_a_client_that_reads_nothing_times_out() {
    let mut fixture = Fixture::new();
    let begin = Instant::now();
    let refused = fixture.connection.write_all(b"five!").await.unwrap_err();
    assert_eq!((refused.kind(), begin.elapsed()), (ErrorKind::TimedOut, ANSWER));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_slowly_gets_everything() {
    let Fixture { mut connection, mut client, .. } = Fixture::new();
    let slowly = async {
        let mut taken = Vec::new();
        for _ in 0..16 {
            sleep(ANSWER / 2).await;
            taken.push(client.read_u8().await.unwrap());
        }
        taken
    };
    let (written, taken) = tokio::join!(connection.write_all(b"sixteen letters!"), slowly);
    written.unwrap();
    assert_eq!(taken, b"sixteen letters!");
}

#[tokio::test(start_paused = true)]
async fn first_byte_head_and_next_request_have_separate_timeouts() {
    let mut fixture = Fixture::new();
    assert_eq!(fixture.waits().await, FIRST_BYTE);

    let mut fixture = Fixture::new();
    fixture.client.write_all(b"G").await.unwrap();
    fixture.connection.read_u8().await.unwrap();
    assert_eq!(fixture.waits().await, HEAD);

    let mut fixture = Fixture::new();
    fixture.exchange().await;
    assert_eq!(fixture.waits().await, KEEP_ALIVE);

    let mut fixture = Fixture::new();
    fixture.exchange().await;
    fixture.client.write_all(b"G").await.unwrap();
    fixture.connection.read_u8().await.unwrap();
    assert_eq!(fixture.waits().await, HEAD);
}

#[tokio::test(start_paused = true)]
async fn trickling_bytes_do_not_extend_the_timeout_of_a_head() {
    let Fixture { mut connection, mut client, .. } = Fixture::new();
    let trickle = async {
        loop {
            if client.write_all(b"x").await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
    };
    let read = async {
        let begin = Instant::now();
        while connection.read_u8().await.is_ok() {}
        drop(connection);
        begin.elapsed()
    };
    let (took, ()) = tokio::join!(read, trickle);
    assert_eq!(took, HEAD);
}

#[tokio::test(start_paused = true)]
async fn the_keep_alive_timeout_starts_with_each_response() {
    let mut fixture = Fixture::new();
    for _ in 0..3 {
        fixture.exchange().await;
        let early = tokio::time::timeout(KEEP_ALIVE / 2, fixture.connection.read_u8());
        assert!(early.await.is_err(), "the connection is kept");
    }
    fixture.exchange().await;
    assert_eq!(fixture.waits().await, KEEP_ALIVE);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_being_answered_has_no_read_timeout() {
    let mut fixture = Fixture::new();
    fixture.client.write_all(b"ask").await.unwrap();
    fixture.connection.read_exact(&mut [0; 3]).await.unwrap();
    fixture.activity.begin_request(false);
    let long = tokio::time::timeout(10 * KEEP_ALIVE, fixture.connection.read_u8());
    assert!(long.await.is_err());
    fixture.activity.end_request();
    assert_eq!(fixture.waits().await, KEEP_ALIVE);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_asked_to_close_does_so_unless_a_request_arrives() {
    let mut fixture = Fixture::new();
    fixture.client.write_all(b"G").await.unwrap();
    fixture.activity.request_close();
    fixture.connection.read_u8().await.unwrap();
    let failed = fixture.connection.read_u8().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::ConnectionAborted);

    let mut fixture = Fixture::new();
    let activity = Arc::clone(&fixture.activity);
    let ask = async {
        sleep(Duration::from_secs(1)).await;
        activity.request_close();
    };
    let (read, ()) = tokio::join!(fixture.connection.read_u8(), ask);
    assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionAborted, "it is woken");

    let mut fixture = Fixture::new();
    fixture.exchange().await;
    fixture.activity.request_close();
    let failed = fixture.connection.read_u8().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::ConnectionAborted, "between two requests as well");

    let mut fixture = Fixture::new();
    fixture.activity.request_close();
    fixture.exchange().await;
    assert_eq!(fixture.waits().await, KEEP_ALIVE, "one whose request comes just then is kept");

    let mut fixture = Fixture::new();
    fixture.client.write_all(b"ask").await.unwrap();
    fixture.connection.read_exact(&mut [0; 3]).await.unwrap();
    fixture.activity.begin_request(false);
    fixture.activity.request_close();
    let early = tokio::time::timeout(KEEP_ALIVE, fixture.connection.read_u8());
    assert!(early.await.is_err(), "and one that is answering");
}

#[tokio::test(start_paused = true)]
async fn only_a_connection_with_unread_bytes_lingers() {
    let mut fixture = Fixture::new();
    fixture.exchange().await;
    let begin = Instant::now();
    fixture.connection.shutdown().await.unwrap();
    assert!(begin.elapsed().is_zero());

    let mut fixture = Fixture::new();
    fixture.activity.begin_request(true);
    fixture.activity.end_request();
    fixture.connection.write_all(b"413").await.unwrap();
    let Fixture { mut connection, mut client, .. } = fixture;
    let send = async {
        client.write_all(&[0; 100]).await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        drop(client);
        answer
    };
    let (ended, answer) = tokio::join!(connection.shutdown(), send);
    ended.unwrap();
    assert_eq!(answer, b"413");
}
