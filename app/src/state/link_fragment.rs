//! The token of a one-time link, which stands in the URL's fragment: browsers send that to no server.

use latchkey_model::redacted::LinkToken;
use leptos::prelude::*;

use crate::navigation::Place;

/// The fragment of the page's URL.
#[derive(Debug, Clone, Copy)]
pub struct LinkFragment(Memo<String>);

impl Default for LinkFragment {
    fn default() -> Self {
        Self::new()
    }
}

impl LinkFragment {
    /// The fragment, as it is from now on.
    #[must_use]
    pub fn new() -> Self {
        Self(Place::here().fragment())
    }

    /// The link's token; empty if the page was opened without one.
    #[must_use]
    pub fn token(self) -> LinkToken {
        self.0.with_untracked(|fragment| LinkToken::from(fragment.clone()))
    }

    /// Runs the effect around this again whenever another link is opened.
    pub fn track(self) {
        self.0.track();
    }

    /// Whether the page was opened without a link. The server, which gets no fragment, cannot tell.
    #[must_use]
    pub fn is_missing(self) -> bool {
        self.0.with(String::is_empty)
    }
}
