use std::{
    future::Future,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// A connection that fails once its client has taken nothing for a while of what is written to it. It holds its place
/// until it ends.
pub(super) struct Connection<S, P> {
    stream: S,
    patience: Duration,
    /// Runs while a write waits for the client.
    end_of_patience: Option<Pin<Box<Sleep>>>,
    _place: P,
}

impl<S, P> Connection<S, P> {
    pub(super) fn new(stream: S, patience: Duration, place: P) -> Self {
        Self { stream, patience, end_of_patience: None, _place: place }
    }

    fn or_out_of_patience<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.end_of_patience = None;
            return written;
        }
        let patience = self.patience;
        let end = self.end_of_patience.get_or_insert_with(|| Box::pin(sleep(patience)));
        end.as_mut().poll(context).map(|()| Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin, P: Unpin> AsyncRead for Connection<S, P> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin, P: Unpin> AsyncWrite for Connection<S, P> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.or_out_of_patience(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.or_out_of_patience(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::Instant,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    /// A connection with room for four bytes, and its client.
    fn connection() -> (Connection<DuplexStream, ()>, DuplexStream) {
        let (server, client) = duplex(4);
        (Connection::new(server, PATIENCE, ()), client)
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (mut connection, _client) = connection();
        let begin = Instant::now();
        let refused = connection.write_all(b"five!").await.unwrap_err();
        assert_eq!((refused.kind(), begin.elapsed()), (ErrorKind::TimedOut, PATIENCE));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_little_now_and_then_gets_all_of_it() {
        let (mut connection, mut client) = connection();
        let slowly = async {
            let mut taken = Vec::new();
            for _ in 0..16 {
                sleep(PATIENCE / 2).await;
                taken.push(client.read_u8().await.unwrap());
            }
            taken
        };
        let (written, taken) = tokio::join!(connection.write_all(b"sixteen letters!"), slowly);
        written.unwrap();
        assert_eq!(taken, b"sixteen letters!");
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_request_is_nobodys_fault() {
        let (mut connection, mut client) = connection();
        let late = async {
            sleep(10 * PATIENCE).await;
            client.write_all(b"hi").await.unwrap();
        };
        let mut read = [0; 2];
        let (heard, ()) = tokio::join!(connection.read_exact(&mut read), late);
        heard.unwrap();
        connection.write_all(b"ho").await.unwrap();
    }
}
