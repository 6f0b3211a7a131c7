use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::time::{Instant, Sleep, sleep_until};

use super::{activity::Activity, limits::Limits};

/// Bounds how long a connection waits for its client's bytes: for the first ones, for the rest of a request's head, and
/// for the next request. While a request is being answered there is no bound here: its route has one.
#[derive(Default)]
pub(super) struct Wait {
    turn: u64,
    head_has_begun: bool,
    deadline: Option<Instant>,
    /// May ring before the deadline, and is then set again: to set it for each request would cost more than most take.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Wait {
    /// Notes that bytes have come.
    pub(super) fn hear(&mut self, activity: &Activity) {
        self.follow(activity);
        if !self.head_has_begun {
            self.head_has_begun = true;
            self.deadline = None;
        }
        if self.turn == 0 {
            activity.hear(Instant::now());
        }
    }

    /// Whether bytes have come that have not led to a request.
    pub(super) fn is_within_head(&mut self, activity: &Activity) -> bool {
        self.follow(activity);
        self.head_has_begun && !activity.is_answering()
    }

    /// Is ready when the client has had all its time.
    pub(super) fn poll_end(&mut self, activity: &Activity, limits: &Limits, context: &mut Context<'_>) -> Poll<()> {
        self.follow(activity);
        let limit = match self.turn {
            _ if activity.is_answering() => return Poll::Pending,
            _ if self.head_has_begun => limits.head,
            0 => limits.first_byte,
            _ => limits.keep_alive,
        };
        let deadline = *self.deadline.get_or_insert_with(|| {
            let now = Instant::now();
            activity.hear(now);
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

    /// Sets the bound for what comes after an answer, and has the connection woken if it is asked to end meanwhile: hyper does
    /// not read again by itself before there are bytes.
    pub(super) fn begin(&mut self, activity: &Activity, limits: &Limits, context: &mut Context<'_>) {
        self.follow(activity);
        if self.deadline.is_none()
            && (self.poll_end(activity, limits, context).is_ready() || activity.poll_asked_to_end(context))
        {
            context.waker().wake_by_ref();
        }
    }

    /// Begins anew where a request has begun or has been answered since.
    fn follow(&mut self, activity: &Activity) {
        let turn = activity.turn();
        if turn != self.turn {
            *self = Self { turn, timer: self.timer.take(), ..Self::default() };
        }
    }
}
