use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{activity::Activity, limits::Limits};

/// Limits how long a connection waits for bytes of its client: for the first ones, for the rest of a request's head,
/// and for the next request. There is no limit while a request is being answered, because its route has a timeout.
#[derive(Default)]
pub(super) struct ReadDeadline {
    sequence: u64,
    head_has_begun: bool,
    deadline: Option<Instant>,
    /// May fire before the deadline, and is then set again. To set it for each request would cost more than most
    /// requests take.
    timer: Option<Pin<Box<Sleep>>>,
}

impl ReadDeadline {
    /// Records that bytes have come.
    pub(super) fn record_bytes(&mut self, activity: &Activity) {
        self.sync(activity);
        if !self.head_has_begun {
            self.head_has_begun = true;
            self.deadline = None;
        }
        if self.sequence == 0 {
            activity.record_bytes(Instant::now());
        }
    }

    /// Returns whether bytes have come that are not yet a complete head.
    pub(super) fn is_within_head(&mut self, activity: &Activity) -> bool {
        self.sync(activity);
        self.head_has_begun && !activity.is_answering()
    }

    /// Is ready when the client's time is over.
    pub(super) fn poll_expired(&mut self, activity: &Activity, limits: &Limits, context: &mut Context<'_>) -> Poll<()> {
        self.sync(activity);
        let limit = match self.sequence {
            _ if activity.is_answering() => return Poll::Pending,
            _ if self.head_has_begun => limits.head_timeout,
            0 => limits.first_byte_timeout,
            _ => limits.keep_alive_timeout,
        };
        let deadline = *self.deadline.get_or_insert_with(|| {
            let now = Instant::now();
            activity.record_bytes(now);
            now + limit
        });
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        loop {
            ready!(timer.as_mut().poll(context));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }

    /// Sets the deadline for what comes after a response, and registers the connection to be woken if it is asked to
    /// close. hyper does not read again by itself before there are bytes.
    pub(super) fn arm(&mut self, activity: &Activity, limits: &Limits, context: &mut Context<'_>) {
        self.sync(activity);
        if self.deadline.is_none()
            && (self.poll_expired(activity, limits, context).is_ready() || activity.poll_close_requested(context))
        {
            context.waker().wake_by_ref();
        }
    }

    /// Starts over if a request has begun or has been answered since the last call.
    fn sync(&mut self, activity: &Activity) {
        let sequence = activity.sequence();
        if sequence != self.sequence {
            *self = Self { sequence, timer: self.timer.take(), ..Self::default() };
        }
    }
}
