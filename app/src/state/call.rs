//! Something that a person asks the server to do.

use std::{future::Future, pin::Pin};

use latchkey_model::problem::{Field, Problem, ProblemKind};
use leptos::{prelude::*, task::spawn_local};

use super::{CurrentSession, passes_by_itself};
use crate::api;

/// A call that a button starts: whether it is under way, and why the latest one failed.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pending: RwSignal<bool>,
    problem: RwSignal<Option<Problem>>,
    session: Option<CurrentSession>,
}

/// What becomes of the page after a success.
#[derive(Debug, Clone, PartialEq, Eq)]
enum After {
    /// It goes on.
    Stay,
    /// It is left for the one at this path; until then, its buttons wait.
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

    /// Forgets why the latest call failed.
    pub fn forget(self) {
        self.problem.set(None);
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
        let call = async move { call.await.map(|answer| Box::new(move || done(answer)) as Then) };
        self.run(Box::pin(call), After::Stay);
    }

    /// Makes `call`, and then leaves for the page at `path`. The call stays pending until the page is gone.
    pub fn start_then_leave_for<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        path: String,
    ) {
        let call = async move { call.await.map(|_| Box::new(|| ()) as Then) };
        self.run(Box::pin(call), After::LeaveFor(path));
    }

    /// Makes `call`, which starts a session, and then leaves for the page at `path`. If the browser has kept no cookie, that page
    /// would only lead back to the sign-in page: then this one says so.
    pub fn start_session_then_leave_for<T: 'static>(
        self,
        call: impl Future<Output = Result<T, Problem>> + 'static,
        path: String,
    ) {
        let call = async move {
            call.await?;
            match api::session().await {
                Err(problem) if problem.kind == ProblemKind::NotSignedIn => Err(no_cookie()),
                // Whatever else is wrong, the page at `path` says.
                _ => Ok(()),
            }
        };
        self.start_then_leave_for(call, path);
    }

    /// Boxed, so that the browser's build holds it once and not once a call.
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
                (Err(problem), _) if CurrentSession::ends_by(self.session, &problem) => {}
                (Err(problem), _) => {
                    self.pending.set(false);
                    if let Some(session) = self.session.filter(|_| concerns_the_page(&problem)) {
                        session.ask();
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

/// Whether the page as a whole may be concerned: somebody has changed the member's role, and it shows what that allows; or
/// Latchkey cannot be reached, and it says so for as long as that lasts.
const fn concerns_the_page(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::NotAllowed) || passes_by_itself(problem)
}
