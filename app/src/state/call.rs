//! Something that a person asks the server to do.

use std::{future::Future, pin::Pin};

use latchkey_model::problem::{Field, Problem};
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, Watched};
use crate::browser::location;

/// A call that a button starts: whether it is under way, and why the latest one failed.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pending: RwSignal<bool>,
    problem: Watched<Option<Problem>>,
    session: Option<CurrentSession>,
}

/// A field of the form that makes a call.
#[derive(Debug, Clone, Copy)]
pub struct FieldOf {
    call: Call,
    field: Field,
}

/// What becomes of the page after a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// It goes on.
    Stay,
    /// It is about to be left; until then, its buttons wait.
    Leave,
}

type Running = Pin<Box<dyn Future<Output = Result<(), Problem>>>>;

impl Default for Call {
    fn default() -> Self {
        Self::new()
    }
}

impl Call {
    /// A call that nobody has made yet.
    #[must_use]
    pub fn new() -> Self {
        Self { pending: RwSignal::new(false), problem: Watched::new(None), session: use_context() }
    }

    /// Whether an answer is awaited.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// What `read` finds in the reason why the latest call failed, if it did.
    pub fn problem<T>(self, read: impl FnOnce(&Problem) -> T) -> Option<T> {
        self.problem.with(|problem| problem.as_ref().map(read))
    }

    /// A field of the form, which shows why it was refused.
    #[must_use]
    pub fn at(self, field: Field) -> FieldOf {
        FieldOf { call: self, field }
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
        self.run(Box::pin(async move { call.await.map(done) }), After::Stay);
    }

    /// Makes `call`, and then leaves for the page at `path`. The call stays pending until the page is gone.
    pub fn start_then_leave_for<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        path: String,
    ) {
        self.run(Box::pin(async move { call.await.map(|_| location::leave_for(&path)) }), After::Leave);
    }

    fn run(self, call: Running, after: After) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match (call.await, after) {
                (Ok(()), After::Leave) => {}
                (Ok(()), After::Stay) => self.pending.set(false),
                (Err(problem), _) if CurrentSession::ends_by(self.session, &problem) => {}
                (Err(problem), _) => {
                    self.pending.set(false);
                    self.problem.set(Some(problem));
                }
            }
        });
    }
}

impl FieldOf {
    /// Why the field was refused.
    #[must_use]
    pub fn error(self) -> Option<String> {
        let error = |problem: &Problem| (problem.field == Some(self.field)).then(|| problem.detail.clone());
        self.call.problem(error).flatten()
    }
}
