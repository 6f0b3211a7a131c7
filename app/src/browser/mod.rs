//! The browser's APIs. Nothing here may be called while a page is rendered on the server, only from event handlers, effects, and
//! views that exist after a reply from the server.

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

/// Whether this code runs in the browser.
pub const IN_BROWSER: bool = cfg!(target_arch = "wasm32");

/// Returns the window. Panics outside a browser.
fn window() -> Window {
    leptos::prelude::window()
}

fn document() -> Document {
    leptos::prelude::document()
}

/// Whether the page is not visible: another tab is in front, or the window is minimized.
#[must_use]
pub fn page_is_hidden() -> bool {
    document().hidden()
}
