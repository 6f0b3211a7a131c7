//! The address that the console shows, and going to another one without a page load.

use leptos::{ev, prelude::*};

use super::address::Address;
use crate::browser::history;

/// The address of the page, and a guard that can keep the page there.
#[derive(Debug, Clone, Copy)]
pub struct Location {
    address: RwSignal<Address>,
    guard: StoredValue<Option<Callback<()>>>,
}

impl Location {
    /// Returns the address that the server provides for the page that it renders; in the browser, one that follows the address bar.
    #[must_use]
    pub fn follow() -> Self {
        if let Some(address) = use_context() {
            return Self::at(address);
        }
        let location = Self::at(history::address());
        let back = window_event_listener(ev::popstate, move |_| match location.guard.get_value() {
            Some(ask) => {
                history::push(&location.address.with_untracked(Address::url));
                ask.run(());
            }
            None => location.address.set(history::address()),
        });
        let click = window_event_listener(ev::click, move |event| {
            let Some(link) = history::followed_link(&event) else { return };
            if let Some(ask) = location.guard.get_value() {
                event.prevent_default();
                ask.run(());
            } else if let Some(url) = history::within_site(&link) {
                event.prevent_default();
                location.go_to(&url);
                history::scroll_to_target();
            }
        });
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        location
    }

    fn at(address: Address) -> Self {
        Self { address: RwSignal::new(address), guard: StoredValue::new(None) }
    }

    /// Sets or removes the guard. While there is one, a link or a step in the history calls it and the page stays.
    pub fn set_guard(self, guard: Option<Callback<()>>) {
        self.guard.try_set_value(guard);
    }

    /// Whether a guard keeps the page at its address.
    #[must_use]
    pub fn is_guarded(self) -> bool {
        self.guard.try_get_value().flatten().is_some()
    }

    /// Returns the location in the context of the current component.
    #[must_use]
    pub fn current() -> Self {
        expect_context()
    }

    /// Goes to the page of this site at `url` and adds it to the history.
    pub fn go_to(self, url: &str) {
        history::push(url);
        self.address.set(history::address());
    }

    /// Returns the path.
    #[must_use]
    pub fn path(self) -> Memo<String> {
        Memo::new(move |_| self.address.with(|address| address.path.clone()))
    }

    /// Returns the fragment, without its `#`.
    #[must_use]
    pub fn fragment(self) -> Memo<String> {
        Memo::new(move |_| self.address.with(|address| address.fragment.clone()))
    }

    /// Returns the value of the query parameter with this name.
    #[must_use]
    pub fn parameter(self, name: &str) -> Option<String> {
        self.address.with(|address| address.parameter(name))
    }

    /// Whether the address has this path.
    #[must_use]
    pub fn is_at(self, path: &str) -> bool {
        self.address.with(|address| address.path.trim_end_matches('/') == path)
    }
}
