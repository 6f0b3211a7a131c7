//! Short messages on outcomes. Most go away by themselves.

use std::time::Duration;

use leptos::prelude::*;

/// How long a message stays.
const SHOWN_FOR: Duration = Duration::from_secs(8);

/// How far what a message tells of has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Done, but not all of it.
    Warning,
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

/// The message that is shown now; a new one takes its place.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Option<Toast>>,
    next: StoredValue<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

impl Toasts {
    /// No message.
    #[must_use]
    pub fn new() -> Self {
        Self { shown: RwSignal::new(None), next: StoredValue::new(0) }
    }

    /// The message that is shown now.
    #[must_use]
    pub fn shown(self) -> Option<Toast> {
        self.shown.get()
    }

    /// Says that something was done.
    pub fn done(self, text: impl Into<String>) {
        self.show(Tone::Good, text.into());
    }

    /// Says that something was done, until it is dismissed.
    pub fn done_and_stay(self, text: String) {
        self.put(Tone::Good, text);
    }

    /// Says what is not done yet, until it is dismissed.
    pub fn warn(self, text: String) {
        self.put(Tone::Warning, text);
    }

    /// Takes the message away, if no other has taken its place.
    pub fn dismiss(self, number: u32) {
        if self.shown.with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.number == number)) {
            self.shown.set(None);
        }
    }

    fn show(self, tone: Tone, text: String) {
        let number = self.put(tone, text);
        set_timeout(move || self.dismiss(number), SHOWN_FOR);
    }

    fn put(self, tone: Tone, text: String) -> u32 {
        let number = self.next.get_value().wrapping_add(1);
        self.next.set_value(number);
        self.shown.set(Some(Toast { number, tone, text }));
        number
    }
}
