//! Whether what the page shows is the latest there is.

use latchkey_model::{
    problem::{Problem, ProblemKind},
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::Connection;
use crate::browser::dates;

/// The outcome of the latest request for data that the page shows. After a temporary failure, the request can be repeated until it
/// is answered.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    problem: RwSignal<Option<Problem>>,
    state: StoredValue<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    answered_at: Timestamp,
    /// Says when to repeat the request, if it may be repeated automatically.
    retries: Option<Connection>,
    is_waiting: bool,
}

impl Default for Refresh {
    fn default() -> Self {
        Self::new()
    }
}

impl Refresh {
    /// Returns the state before any request.
    #[must_use]
    pub fn new() -> Self {
        let state = State { answered_at: Timestamp(0), retries: None, is_waiting: false };
        let refresh = Self { problem: RwSignal::new(None), state: StoredValue::new(state) };
        on_cleanup(move || refresh.set_waiting(None));
        refresh
    }

    /// Repeats the request with `fetch` until it is answered.
    pub fn retry_with(self, fetch: impl Fn() + 'static) {
        let Some(connection) = use_context::<Connection>() else { return };
        self.state.update_value(|state| state.retries = Some(connection));
        let fetch: Box<dyn Fn()> = Box::new(fetch);
        Effect::new(move |_| {
            connection.track_attempts();
            if self.is_waiting() {
                untrack(&fetch);
            }
        });
    }

    /// Returns why the data that is shown is not the latest.
    #[must_use]
    pub fn problem(self) -> Option<Problem> {
        self.problem.get()
    }

    /// Whether the latest request has failed.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.problem.with(Option::is_some)
    }

    /// Whether the latest request has failed and will be repeated automatically.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        self.state.try_get_value().is_some_and(|state| state.is_waiting)
    }

    /// Returns when the latest answer came.
    #[must_use]
    pub fn answered_at(self) -> Timestamp {
        self.state.get_value().answered_at
    }

    /// Clears an earlier failure, because something else is requested.
    pub fn reset(self) {
        self.set_waiting(None);
        self.problem.set(None);
    }

    /// Records that the request was answered.
    pub fn answered(self) {
        self.state.try_update_value(|state| state.answered_at = dates::now());
        self.set_waiting(None);
        if self.problem.try_with_untracked(Option::is_some) == Some(true) {
            self.problem.set(None);
        }
    }

    /// Records that the request has failed.
    pub fn failed(self, problem: &Problem) {
        self.set_waiting(Some(problem).filter(|problem| is_temporary(problem)));
        if self.problem.try_with_untracked(|known| known.as_ref() != Some(problem)) == Some(true) {
            self.problem.set(Some(problem.clone()));
        }
    }

    fn set_waiting(self, problem: Option<&Problem>) {
        let Some(State { retries: Some(connection), is_waiting, .. }) = self.state.try_get_value() else { return };
        match (is_waiting, problem) {
            (false, Some(problem)) => connection.add_waiting(problem.clone()),
            (true, None) => connection.remove_waiting(),
            (true, Some(_)) | (false, None) => return,
        }
        self.state.update_value(|state| state.is_waiting = problem.is_some());
    }
}

/// Whether the same request may succeed a little later.
#[must_use]
pub const fn is_temporary(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Unreachable | ProblemKind::Unavailable)
}
