//! Short messages about outcomes. Most disappear automatically.

use std::time::Duration;

use leptos::prelude::*;

/// How long a message stays.
const DURATION: Duration = Duration::from_secs(8);

/// Whether a message reports a full success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// Done in part.
    Warning,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Identifies it.
    pub number: u32,
    /// Whether it reports a full success.
    pub tone: Tone,
    /// Its text.
    pub text: String,
}

/// The message that is shown now. A new one replaces it.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    current: RwSignal<Option<Toast>>,
    next: StoredValue<u32>,
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

impl Toasts {
    /// Returns a state without a message.
    #[must_use]
    pub fn new() -> Self {
        Self { current: RwSignal::new(None), next: StoredValue::new(0) }
    }

    /// Returns the message that is shown now.
    #[must_use]
    pub fn current(self) -> Option<Toast> {
        self.current.get()
    }

    /// Shows a success.
    pub fn success(self, text: impl Into<String>) {
        self.show(Tone::Good, text.into());
    }

    /// Shows a success until it is dismissed.
    pub fn success_until_dismissed(self, text: String) {
        self.set(Tone::Good, text);
    }

    /// Shows what is not done yet, until it is dismissed.
    pub fn warn(self, text: String) {
        self.set(Tone::Warning, text);
    }

    /// Removes the message, unless another one has replaced it.
    pub fn dismiss(self, number: u32) {
        if self.current.with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.number == number)) {
            self.current.set(None);
        }
    }

    fn show(self, tone: Tone, text: String) {
        let number = self.set(tone, text);
        set_timeout(move || self.dismiss(number), DURATION);
    }

    fn set(self, tone: Tone, text: String) -> u32 {
        let number = self.next.get_value().wrapping_add(1);
        self.next.set_value(number);
        self.current.set(Some(Toast { number, tone, text }));
        number
    }
}
