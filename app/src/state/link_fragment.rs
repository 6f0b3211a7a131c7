//! The token of a one-time link. It is in the URL's fragment, which browsers send to no server.

use latchkey_model::redacted::LinkToken;
use leptos::prelude::*;

use crate::navigation::Location;

/// The fragment of the page's URL.
#[derive(Debug, Clone, Copy)]
pub struct LinkFragment(Memo<String>);

impl Default for LinkFragment {
    fn default() -> Self {
        Self::new()
    }
}

impl LinkFragment {
    /// Returns the fragment, which follows the address bar.
    #[must_use]
    pub fn new() -> Self {
        Self(Location::current().fragment())
    }

    /// Returns the link's token; empty if the page was opened without one.
    #[must_use]
    pub fn token(self) -> LinkToken {
        self.0.with_untracked(|fragment| LinkToken::from(fragment.clone()))
    }

    /// Makes the surrounding effect run again when another link is opened.
    pub fn track(self) {
        self.0.track();
    }

    /// Whether the page was opened without a link. Only the browser knows: the server gets no fragment.
    #[must_use]
    pub fn is_missing(self) -> bool {
        self.0.with(String::is_empty)
    }
}
