use std::{
    future::Future,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::{
    activity::Activity, limits::ListenerContext, lingering_close::LingeringClose, read_deadline::ReadDeadline,
};

/// A stream that fails if its client sends nothing, or reads nothing of what is written to it, for too long. It holds
/// its permit until it ends.
pub(super) struct Connection<S, P> {
    stream: S,
    context: Arc<ListenerContext>,
    activity: Arc<Activity>,
    read_deadline: ReadDeadline,
    /// Runs while a write waits for the client.
    write_timer: Option<Pin<Box<Sleep>>>,
    end: ShutdownState,
    _permit: P,
}

/// How far the shutdown of a connection has come.
enum ShutdownState {
    Open,
    /// Nothing more is written, and received bytes are discarded.
    Lingering(LingeringClose),
    Done,
}

impl<S, P> Connection<S, P> {
    pub(super) fn new(stream: S, context: Arc<ListenerContext>, activity: Arc<Activity>, permit: P) -> Self {
        let read_deadline = ReadDeadline::default();
        Self { stream, context, activity, read_deadline, write_timer: None, end: ShutdownState::Open, _permit: permit }
    }

    fn with_write_timeout<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_timer = None;
            return written;
        }
        let patience = self.context.limits.write_timeout;
        let end = self.write_timer.get_or_insert_with(|| Box::pin(sleep(patience)));
        end.as_mut().poll(context).map(|()| Err(ErrorKind::TimedOut.into()))
    }

    /// Fails once the client has sent nothing for too long, or once the connection has to close to make room.
    fn poll_read_timeout(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.activity.is_waiting_for_client() && self.activity.poll_close_requested(context) {
            return Poll::Ready(Err(ErrorKind::ConnectionAborted.into()));
        }
        let end = self.read_deadline.poll_expired(&self.activity, &self.context.limits, context);
        end.map(|()| Err(ErrorKind::TimedOut.into()))
    }

    /// Returns whether the client may still be sending bytes that no response has waited for.
    fn has_unread_bytes(&mut self) -> bool {
        self.activity.has_unread_body() || self.read_deadline.is_within_head(&self.activity)
    }
}

impl<S: AsyncRead + Unpin, P: Unpin> AsyncRead for Connection<S, P> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_pending() {
            return this.poll_read_timeout(context);
        }
        if buffer.filled().len() > before {
            this.read_deadline.record_bytes(&this.activity);
        }
        read
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, P: Unpin> AsyncWrite for Connection<S, P> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.with_write_timeout(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.with_write_timeout(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let flushed = ready!(Pin::new(&mut this.stream).poll_flush(context));
        this.read_deadline.arm(&this.activity, &this.context.limits, context);
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            match &mut this.end {
                ShutdownState::Open => {
                    ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
                    let linger = if this.has_unread_bytes() {
                        LingeringClose::start(&this.context.lingering_slots)
                    } else {
                        None
                    };
                    this.end = linger.map_or(ShutdownState::Done, ShutdownState::Lingering);
                }
                ShutdownState::Lingering(linger) => {
                    ready!(linger.poll_closed(&mut this.stream, context));
                    this.end = ShutdownState::Done;
                }
                ShutdownState::Done => return Poll::Ready(Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
    async fn a_client_that_takes_nothing_is_given_up() {
        let mut fixture = Fixture::new();
        let begin = Instant::now();
        let refused = fixture.connection.write_all(b"five!").await.unwrap_err();
        assert_eq!((refused.kind(), begin.elapsed()), (ErrorKind::TimedOut, ANSWER));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_little_now_and_then_gets_all_of_it() {
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
    async fn the_first_byte_the_rest_of_a_head_and_the_next_request_have_bounds_of_their_own() {
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
    async fn bytes_that_trickle_do_not_lengthen_the_time_for_a_head() {
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
    async fn the_time_for_the_next_request_begins_with_each_answer() {
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
    async fn a_request_that_is_being_answered_is_not_hurried() {
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
    async fn a_connection_that_has_to_make_room_ends_unless_it_has_something_to_say() {
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
}
