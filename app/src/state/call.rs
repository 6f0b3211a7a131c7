//! Something that a person asks the server to do.

use std::future::Future;

use latchkey_model::problem::{Field, Problem};
use leptos::{prelude::*, task::spawn_local};

use super::CurrentSession;
use crate::browser::location;

/// A call that a button starts: whether it is under way, and why the latest one failed.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pending: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    session: Option<CurrentSession>,
}

impl Default for Call {
    fn default() -> Self {
        Self::new()
    }
}

impl Call {
    /// A call that nobody has made yet.
    #[must_use]
    pub fn new() -> Self {
        Self { pending: RwSignal::new(false), problem: RwSignal::new(None), session: use_context() }
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// Why the latest call failed.
    #[must_use]
    pub fn problem(self) -> Signal<Option<Problem>> {
        self.problem.into()
    }

    /// What to say at `field`.
    #[must_use]
    pub fn error_at(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.problem.with(|problem| {
                problem.as_ref().filter(|problem| problem.field == Some(field)).map(|problem| problem.detail.clone())
            })
        })
    }

    /// Says why the call is not made at all.
    pub fn refuse(self, problem: Problem) {
        self.problem.set(Some(problem));
    }

    /// Makes `call`, and hands its answer to `done`. While one is under way no second one starts.
    pub fn start<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.run(call, move |result| {
            self.pending.set(false);
            match result {
                Ok(answer) => done(answer),
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    /// Makes `call`, and then leaves for the page at `path`. The call stays pending until the page is gone.
    pub fn start_then_leave_for<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        path: String,
    ) {
        self.run(call, move |result| match result {
            Ok(_) => location::leave_for(&path),
            Err(problem) => {
                self.pending.set(false);
                self.problem.set(Some(problem));
            }
        });
    }

    fn run<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        then: impl FnOnce(Result<T, Problem>) + 'static,
    ) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let result = call.await;
            if !result.as_ref().is_err_and(|problem| CurrentSession::ends_by(self.session, problem)) {
                then(result);
            }
        });
    }
}
