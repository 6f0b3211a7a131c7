//! Whether Latchkey answers, and when to repeat requests that were not answered.

use std::time::Duration;

use latchkey_model::problem::Problem;
use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};

use crate::browser::page_is_hidden;

/// The seconds before each attempt; the last value repeats.
const DELAYS: [u64; 6] = [1, 2, 4, 8, 15, 30];

/// The requests that wait while Latchkey cannot be reached. One timer serves all of them.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    problem: RwSignal<Option<Problem>>,
    /// Counts the attempts. Requests that wait follow it and are repeated.
    attempt: RwSignal<usize>,
    waiting: StoredValue<usize>,
    /// How many attempts have failed in a row.
    failed: StoredValue<usize>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Default for Connection {
    fn default() -> Self {
        Self::new()
    }
}

impl Connection {
    /// Returns a connection without a known problem. In the browser it tries again at once when the network is back, and when
    /// the page becomes visible.
    #[must_use]
    pub fn new() -> Self {
        let connection = Self {
            problem: RwSignal::new(None),
            attempt: RwSignal::new(0),
            waiting: StoredValue::new(0),
            failed: StoredValue::new(0),
            timer: StoredValue::new(None),
        };
        Effect::new(move |_| {
            let online = window_event_listener(ev::online, move |_| connection.try_now());
            let visible = window_event_listener(ev::visibilitychange, move |_| connection.try_now());
            on_cleanup(move || {
                online.remove();
                visible.remove();
            });
        });
        connection
    }

    /// Returns why Latchkey does not answer, while a request waits.
    #[must_use]
    pub fn problem(self) -> Option<Problem> {
        self.problem.get()
    }

    /// Makes the surrounding effect run again at each attempt.
    pub fn track_attempts(self) {
        self.attempt.track();
    }

    /// Repeats all requests that wait now, and starts again with the shortest delay.
    pub fn try_now(self) {
        if self.waiting.get_value() > 0 {
            self.failed.set_value(0);
            self.attempt_now();
        }
    }

    /// Adds a request that waits.
    pub(super) fn add_waiting(self, problem: Problem) {
        self.problem.set(Some(problem));
        self.waiting.update_value(|waiting| *waiting += 1);
        if self.timer.get_value().is_none() {
            self.schedule();
        }
    }

    /// Removes a request that was answered or is no longer needed.
    pub(super) fn remove_waiting(self) {
        let left = self.waiting.try_get_value().unwrap_or_default().saturating_sub(1);
        self.waiting.try_set_value(left);
        if left == 0 {
            self.stop();
        }
    }

    fn stop(self) {
        if let Some(Some(timer)) = self.timer.try_get_value() {
            timer.clear();
        }
        self.timer.try_set_value(None);
        self.failed.try_set_value(0);
        self.problem.try_set(None);
    }

    fn attempt_now(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        self.timer.set_value(None);
        // A hidden page makes no attempt. When it becomes visible, it tries at once.
        if !page_is_hidden() {
            self.schedule();
            self.attempt.update(|attempt| *attempt = attempt.wrapping_add(1));
        }
    }

    fn schedule(self) {
        let failed = self.failed.get_value();
        self.failed.set_value(failed + 1);
        let seconds = DELAYS.get(failed).or(DELAYS.last()).copied().unwrap_or_default();
        let attempt = move || {
            if self.waiting.try_get_value().is_some_and(|waiting| waiting > 0) {
                self.attempt_now();
            }
        };
        self.timer.set_value(set_timeout_with_handle(attempt, Duration::from_secs(seconds)).ok());
    }
}
