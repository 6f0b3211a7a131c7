use std::{
    future::Future,
    mem::MaybeUninit,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep_until},
};

/// How much of what a refused client still sends is read, in bytes.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How long a refused client may still send.
const MAX_DURATION: Duration = Duration::from_secs(30);

/// How long a pause in what a refused client sends may be.
const MAX_SILENCE: Duration = Duration::from_secs(5);

/// The close of a connection whose client may still be sending (RFC 9112 §9.6). The response has been sent and the
/// connection is closed in that direction. What the client still sends is read and discarded: closing a connection with
/// unread bytes resets it, and the client would lose the response. The bytes, the time and the number of such
/// connections are limited.
pub(super) struct LingeringClose {
    until: Instant,
    silence: Pin<Box<Sleep>>,
    left: usize,
    _slot: OwnedSemaphorePermit,
}

impl LingeringClose {
    /// Starts, unless too many connections are being closed this way.
    pub(super) fn start(slots: &Arc<Semaphore>) -> Option<Self> {
        let slot = Arc::clone(slots).try_acquire_owned().ok()?;
        let now = Instant::now();
        Some(Self {
            until: now + MAX_DURATION,
            silence: Box::pin(sleep_until(now + MAX_SILENCE)),
            left: MAX_BYTES,
            _slot: slot,
        })
    }

    /// Is ready when the client has closed the connection, or when a limit is reached.
    pub(super) fn poll_closed<S: AsyncRead + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
        let mut thrown_away = [MaybeUninit::uninit(); 16 * 1024];
        while self.left > 0 {
            let mut buffer = ReadBuf::uninit(&mut thrown_away);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.left = self.left.saturating_sub(buffer.filled().len());
                    let deadline = (Instant::now() + MAX_SILENCE).min(self.until);
                    self.silence.as_mut().reset(deadline);
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.silence.as_mut().poll(context),
            }
            if Instant::now() >= self.until {
                break;
            }
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::{
        io::{AsyncWriteExt, duplex},
        time::sleep,
    };

    use super::*;

    fn slots(count: usize) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(count))
    }

    async fn end<S: AsyncRead + Unpin>(mut linger: LingeringClose, stream: &mut S) -> Duration {
        let begin = Instant::now();
        poll_fn(|context| linger.poll_closed(stream, context)).await;
        begin.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_the_client_closes_the_connection() {
        let (mut server, mut client) = duplex(1024);
        let linger = LingeringClose::start(&slots(1)).unwrap();
        let send = async {
            sleep(Duration::from_secs(2)).await;
            client.write_all(&[0; 5000]).await.unwrap();
            client.shutdown().await.unwrap();
        };
        let (took, ()) = tokio::join!(end(linger, &mut server), send);
        assert_eq!(took, Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_waited_for_at_most_five_seconds() {
        let (mut server, _client) = duplex(1024);
        assert_eq!(end(LingeringClose::start(&slots(1)).unwrap(), &mut server).await, MAX_SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickling_client_has_half_a_minute() {
        let (mut server, mut client) = duplex(1024);
        let trickle = async {
            loop {
                sleep(Duration::from_secs(3)).await;
                if client.write_all(b"x").await.is_err() {
                    break;
                }
            }
        };
        let linger = LingeringClose::start(&slots(1)).unwrap();
        tokio::select! {
            took = end(linger, &mut server) => assert_eq!(took, MAX_DURATION),
            () = trickle => panic!("it outlasted the server"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_flooding_client_is_read_up_to_a_limit() {
        let (mut server, mut client) = duplex(1024 * 1024);
        let flood = async {
            let mut sent = 0;
            while let Ok(count) = client.write(&[0; 16 * 1024]).await {
                sent += count;
            }
            sent
        };
        let lingering = async {
            end(LingeringClose::start(&slots(1)).unwrap(), &mut server).await;
            drop(server);
        };
        let (sent, ()) = tokio::join!(flood, lingering);
        assert!((MAX_BYTES..MAX_BYTES + 2 * 1024 * 1024).contains(&sent), "{sent}");
    }

    #[tokio::test]
    async fn the_number_of_lingering_connections_is_limited() {
        let slots = slots(1);
        let first = LingeringClose::start(&slots);
        assert!(first.is_some() && LingeringClose::start(&slots).is_none());
        drop(first);
        assert!(LingeringClose::start(&slots).is_some());
    }
}
