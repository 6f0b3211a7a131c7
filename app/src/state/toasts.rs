//! Short messages on outcomes, which go away by themselves.

use std::time::Duration;

use latchkey_model::problem::Problem;
use leptos::prelude::*;

/// How long a message stays.
const SHOWN_FOR: Duration = Duration::from_secs(8);

/// Whether a message tells of a success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Not done.
    Bad,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Which one it is.
    pub number: u32,
    /// Whether it tells of a success.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// The messages that are shown now.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

impl Toasts {
    /// No messages.
    #[must_use]
    pub fn new() -> Self {
        Self { shown: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// The messages that are shown now, oldest first.
    #[must_use]
    pub fn shown(self) -> Signal<Vec<Toast>> {
        self.shown.into()
    }

    /// Says that something was done.
    pub fn done(self, text: impl Into<String>) {
        self.show(Tone::Good, text.into());
    }

    /// Says that something failed.
    pub fn failed(self, problem: &Problem) {
        self.show(Tone::Bad, problem.detail.clone());
    }

    /// Takes a message away.
    pub fn dismiss(self, number: u32) {
        self.shown.update(|toasts| toasts.retain(|toast| toast.number != number));
    }

    fn show(self, tone: Tone, text: String) {
        let number = self.next.get_value();
        self.next.set_value(number.wrapping_add(1));
        self.shown.update(|toasts| {
            toasts.retain(|toast| toast.text != text);
            toasts.push(Toast { number, tone, text });
        });
        set_timeout(move || self.dismiss(number), SHOWN_FOR);
    }
}
