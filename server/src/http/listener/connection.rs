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
mod tests;
