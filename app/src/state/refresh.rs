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
    answered_at: StoredValue<Timestamp>,
    /// Whether the request can be made again without asking anybody.
    retries: StoredValue<bool>,
    is_waiting: StoredValue<bool>,
    connection: Option<Connection>,
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
        let refresh = Self {
            problem: RwSignal::new(None),
            answered_at: StoredValue::new(Timestamp(0)),
            retries: StoredValue::new(false),
            is_waiting: StoredValue::new(false),
            connection: use_context(),
        };
        on_cleanup(move || refresh.wait_while(None));
        refresh
    }

    /// Makes the request again by `ask`, as often as it takes.
    pub fn retry_by(self, ask: impl Fn() + 'static) {
        let Some(connection) = self.connection else { return };
        self.retries.set_value(true);
        let ask: Box<dyn Fn()> = Box::new(ask);
        Effect::new(move |_| {
            connection.track_attempts();
            if self.is_waiting.get_value() {
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
        self.is_waiting.try_get_value() == Some(true)
    }

    /// When the latest answer came.
    #[must_use]
    pub fn answered_at(self) -> Timestamp {
        self.answered_at.get_value()
    }

    /// Forgets an earlier failure: something else is asked for.
    pub fn reset(self) {
        self.wait_while(None);
        self.problem.set(None);
    }

    /// The request was answered.
    pub fn answered(self) {
        self.answered_at.try_set_value(dates::now());
        self.wait_while(None);
        if self.problem.try_with_untracked(Option::is_some) == Some(true) {
            self.problem.set(None);
        }
    }

    /// The request has failed.
    pub fn failed(self, problem: &Problem) {
        self.wait_while(Some(problem).filter(|problem| passes_by_itself(problem)));
        self.problem.try_set(Some(problem.clone()));
    }

    fn wait_while(self, problem: Option<&Problem>) {
        let Some(connection) = self.connection.filter(|_| self.retries.try_get_value() == Some(true)) else { return };
        match (self.is_waiting.try_get_value(), problem) {
            (Some(false), Some(problem)) => connection.add_waiting(problem.clone()),
            (Some(true), None) => connection.remove_waiting(),
            _ => return,
        }
        self.is_waiting.try_set_value(problem.is_some());
    }
}

/// Whether the same request can succeed a little later.
#[must_use]
pub const fn passes_by_itself(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Unreachable | ProblemKind::Unavailable)
}
