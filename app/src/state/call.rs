//! A call to the server that a person starts.

use std::{future::Future, pin::Pin};

use latchkey_model::{
    problem::{Field, Problem, ProblemKind},
    session::NoArguments,
};
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, is_temporary};
use crate::api;

/// A call that a button starts: whether it is under way, and why the latest one failed.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pending: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    session: Option<CurrentSession>,
}

/// What the page does after a success.
#[derive(Debug, Clone, PartialEq, Eq)]
enum After {
    /// It stays.
    Stay,
    /// It leaves for the page at this path. Its buttons stay pending until then.
    LeaveFor(String),
}

type Then = Box<dyn FnOnce()>;
type Running = Pin<Box<dyn Future<Output = Result<Then, Problem>>>>;

impl Default for Call {
    fn default() -> Self {
        Self::new()
    }
}

impl Call {
    /// Returns a call that has not been made yet.
    #[must_use]
    pub fn new() -> Self {
        Self { pending: RwSignal::new(false), problem: RwSignal::new(None), session: use_context() }
    }

    /// Returns whether an answer is awaited.
    #[must_use]
    pub fn pending(self) -> Signal<bool> {
        self.pending.into()
    }

    /// Returns why the latest call failed.
    #[must_use]
    pub fn problem(self) -> Signal<Option<Problem>> {
        self.problem.into()
    }

    /// Returns the error to show at `field`.
    #[must_use]
    pub fn error_at(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.problem.with(|problem| {
                problem
                    .as_ref()
                    .filter(|problem| problem.field.as_ref() == Some(&field))
                    .map(|problem| problem.detail.clone())
            })
        })
    }

    /// Clears the problem of the latest call.
    pub fn clear_problem(self) {
        self.problem.set(None);
    }

    /// Sets the problem of a call that is not made at all.
    pub fn fail(self, problem: Problem) {
        self.problem.set(Some(problem));
    }

    /// Makes `call` and passes its answer to `done`. Does nothing while another call is pending.
    pub fn start<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        let call = async move { call.await.map(|answer| Box::new(move || done(answer)) as Then) };
        self.run(Box::pin(call), After::Stay);
    }

    /// Makes `call` and then leaves for the page at `path`. The call stays pending until the page is gone.
    pub fn start_then_leave_for<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        path: String,
    ) {
        let call = async move { call.await.map(|_| Box::new(|| ()) as Then) };
        self.run(Box::pin(call), After::LeaveFor(path));
    }

    /// Makes `call`, which starts a session, and then leaves for the page at `path`. If the browser has not stored the cookie, that
    /// page would only lead back to the sign-in page, so the call fails with an explanation instead.
    pub fn start_session_then_leave_for<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        path: String,
    ) {
        let call = async move {
            call.await?;
            match api::session(NoArguments {}).await {
                Err(problem) if problem.kind == ProblemKind::NotSignedIn => Err(no_cookie()),
                // The page at `path` reports any other problem.
                _ => Ok(()),
            }
        };
        self.start_then_leave_for(call, path);
    }

    /// Takes a boxed future, so that the WebAssembly has this code once and not once for each call.
    fn run(self, call: Running, after: After) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.problem.set(None);
        spawn_local(async move {
            match (call.await, after) {
                (Ok(_), After::LeaveFor(path)) => {
                    if !CurrentSession::leave_for(self.session, &path) {
                        self.pending.set(false);
                    }
                }
                (Ok(then), After::Stay) => {
                    self.pending.set(false);
                    then();
                }
                (Err(problem), _) if CurrentSession::leave_if_ended(self.session, &problem) => {}
                (Err(problem), _) => {
                    self.pending.set(false);
                    if let Some(session) = self.session.filter(|_| affects_page(&problem)) {
                        session.fetch();
                    }
                    self.problem.set(Some(problem));
                }
            }
        });
    }
}

fn no_cookie() -> Problem {
    Problem::with_detail(
        ProblemKind::NotSignedIn,
        "That worked, but this browser kept no cookie, so you are still signed out. Allow cookies for this site, then sign in.",
    )
}

/// Whether the problem affects the page as a whole: the member's role was changed, and the page must show what it allows; or
/// Latchkey cannot be reached, and the page must say so.
const fn affects_page(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::NotAllowed) || is_temporary(problem)
}
