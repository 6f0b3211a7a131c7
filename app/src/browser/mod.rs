//! The browser's own interfaces. Nothing here may be called while a page is rendered on the server: only event
//! handlers, effects, and views that exist after a reply from the server come here.

pub mod clipboard;
pub mod dates;
pub mod dialog;
pub mod download;
pub mod focus;
pub mod history;
pub mod http;
pub mod key_pair;
pub mod location;
pub mod random;
pub mod start;
pub mod text;
pub mod theme;
pub mod title;

use web_sys::{Document, Window};

/// Whether this is the half of the program that runs in the browser.
pub const IN_BROWSER: bool = cfg!(target_arch = "wasm32");

/// The window, without which nothing in this module means anything.
fn window() -> Window {
    leptos::prelude::window()
}

fn document() -> Document {
    leptos::prelude::document()
}

/// Whether nobody can see the page at the moment: another tab is in front, or the window is minimized.
#[must_use]
pub fn page_is_hidden() -> bool {
    document().hidden()
}
