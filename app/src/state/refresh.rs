//! Whether what the page shows is the latest there is.

use latchkey_model::{
    problem::{Problem, ProblemKind},
    timestamp::Timestamp,
};
use leptos::prelude::*;

use super::Connection;
use crate::browser::dates;

/// The outcome of the latest request for something that the page shows. After a failure that passes by itself, the request can be
/// made again until it is answered.
#[derive(Debug, Clone, Copy)]
pub struct Refresh {
    problem: RwSignal<Option<Problem>>,
    state: StoredValue<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    answered_at: Timestamp,
    /// What says when the request is made again, if it can be made again without asking anybody.
    retries: Option<Connection>,
    is_waiting: bool,
}

impl Default for Refresh {
    fn default() -> Self {
        Self::new()
    }
}

impl Refresh {
    /// No request was answered yet, and none has failed.
    #[must_use]
    pub fn new() -> Self {
        let state = State { answered_at: Timestamp(0), retries: None, is_waiting: false };
        let refresh = Self { problem: RwSignal::new(None), state: StoredValue::new(state) };
        on_cleanup(move || refresh.wait_while(None));
        refresh
    }

    /// Makes the request again by `ask`, as often as it takes.
    pub fn retry_by(self, ask: impl Fn() + 'static) {
        let Some(connection) = use_context::<Connection>() else { return };
        self.state.update_value(|state| state.retries = Some(connection));
        let ask: Box<dyn Fn()> = Box::new(ask);
        Effect::new(move |_| {
            connection.track_attempts();
            if self.is_waiting() {
                untrack(&ask);
            }
        });
    }

    /// Why what is shown is not the latest.
    #[must_use]
    pub fn problem(self) -> Option<Problem> {
        self.problem.get()
    }

    /// Whether the latest request has failed.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.problem.with(Option::is_some)
    }

    /// Whether the latest request has failed, and will be made again without anybody asking.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        self.state.try_get_value().is_some_and(|state| state.is_waiting)
    }

    /// When the latest answer came.
    #[must_use]
    pub fn answered_at(self) -> Timestamp {
        self.state.get_value().answered_at
    }

    /// Forgets an earlier failure: something else is asked for.
    pub fn reset(self) {
        self.wait_while(None);
        self.problem.set(None);
    }

    /// The request was answered.
    pub fn answered(self) {
        self.state.try_update_value(|state| state.answered_at = dates::now());
        self.wait_while(None);
        if self.problem.try_with_untracked(Option::is_some) == Some(true) {
            self.problem.set(None);
        }
    }

    /// The request has failed.
    pub fn failed(self, problem: &Problem) {
        self.wait_while(Some(problem).filter(|problem| passes_by_itself(problem)));
        if self.problem.try_with_untracked(|known| known.as_ref() != Some(problem)) == Some(true) {
            self.problem.set(Some(problem.clone()));
        }
    }

    fn wait_while(self, problem: Option<&Problem>) {
        let Some(State { retries: Some(connection), is_waiting, .. }) = self.state.try_get_value() else { return };
        match (is_waiting, problem) {
            (false, Some(problem)) => connection.add_waiting(problem.clone()),
            (true, None) => connection.remove_waiting(),
            (true, Some(_)) | (false, None) => return,
        }
        self.state.update_value(|state| state.is_waiting = problem.is_some());
    }
}

/// Whether the same request can succeed a little later.
#[must_use]
pub const fn passes_by_itself(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Unreachable | ProblemKind::Unavailable)
}
