//! The address that the console shows, and going to another one without a page load.

use leptos::{ev, prelude::*};

use super::address::Address;
use crate::browser::history;

/// Where the browser is, and what must be asked before it goes elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    address: RwSignal<Address>,
    guard: StoredValue<Option<Callback<()>>>,
}

impl Place {
    /// The address that the server provides for the page that it renders; in the browser, the address bar's at each moment.
    #[must_use]
    pub fn follow() -> Self {
        if let Some(address) = use_context() {
            return Self::at(address);
        }
        let place = Self::at(history::address());
        let back = window_event_listener(ev::popstate, move |_| match place.guard.get_value() {
            Some(ask) => {
                history::push(&place.address.with_untracked(Address::url));
                ask.run(());
            }
            None => place.address.set(history::address()),
        });
        let click = window_event_listener(ev::click, move |event| {
            let Some(link) = history::followed_link(&event) else { return };
            if let Some(ask) = place.guard.get_value() {
                event.prevent_default();
                ask.run(());
            } else if let Some(url) = history::within_site(&link) {
                event.prevent_default();
                place.go_to(&url);
                history::scroll_to_target();
            }
        });
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        place
    }

    fn at(address: Address) -> Self {
        Self { address: RwSignal::new(address), guard: StoredValue::new(None) }
    }

    /// Keeps the page at its address until the guard is taken away: a link or a step in the history runs it in place of leading
    /// elsewhere.
    pub fn set_guard(self, guard: Option<Callback<()>>) {
        self.guard.try_set_value(guard);
    }

    /// Whether something keeps the page at its address.
    #[must_use]
    pub fn is_guarded(self) -> bool {
        self.guard.try_get_value().flatten().is_some()
    }

    /// Where this page is.
    #[must_use]
    pub fn here() -> Self {
        expect_context()
    }

    /// Goes to the page of this site at `url`, one step of the history on.
    pub fn go_to(self, url: &str) {
        history::push(url);
        self.address.set(history::address());
    }

    /// The path.
    #[must_use]
    pub fn path(self) -> Memo<String> {
        Memo::new(move |_| self.address.with(|address| address.path.clone()))
    }

    /// The fragment, without its `#`.
    #[must_use]
    pub fn fragment(self) -> Memo<String> {
        Memo::new(move |_| self.address.with(|address| address.fragment.clone()))
    }

    /// The value of the query's parameter of this name.
    #[must_use]
    pub fn parameter(self, name: &str) -> Option<String> {
        self.address.with(|address| address.parameter(name))
    }

    /// Whether the page at `path` is shown.
    #[must_use]
    pub fn is_at(self, path: &str) -> bool {
        self.address.with(|address| address.path.trim_end_matches('/') == path)
    }
}
