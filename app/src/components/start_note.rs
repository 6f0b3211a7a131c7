//! The note on a page whose console does not start. The server renders it, and it needs no program to appear.

use leptos::prelude::*;

use crate::routes::Page;

/// Appears by the style sheet alone, five seconds after the page, in case not even the script runs that says what is missing. It is
/// removed with the rest of the server's rendering when the console starts.
#[component]
pub fn StartNote(
    /// The page that does not start.
    page: Page,
) -> impl IntoView {
    // A link to this page would lose the token in the fragment of its URL.
    let link = (!page.needs_link()).then(|| view! { <a class="button" href="">"Reload the page"</a> });
    view! {
        <div class="start-note" id="start-note" role="alert">
            <div class="start-note-card">
                <p class="start-note-title">"Latchkey’s console has not started"</p>
                <p class="start-note-text">
                    "It needs JavaScript and WebAssembly. A content blocker, a proxy or an old browser may be in the way. "
                    "Reload the page, or open it in another browser."
                </p>
                {link}
            </div>
        </div>
    }
}

/// The note in a browser that runs no JavaScript.
#[component]
pub fn NoScriptNote() -> impl IntoView {
    view! {
        <div class="start-note is-shown" role="alert">
            <div class="start-note-card">
                <p class="start-note-title">"JavaScript is switched off"</p>
                <p class="start-note-text">
                    "Latchkey’s console needs JavaScript and WebAssembly. Allow both for this site, then reload the page."
                </p>
            </div>
        </div>
    }
}
