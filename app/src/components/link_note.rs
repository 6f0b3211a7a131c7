//! The note on a page that was opened without its one-time link.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{lean::ClientShow, state::LinkFragment};

/// Says where to get the link, if the page has none. Only the browser knows the URL's fragment.
#[component]
pub fn LinkNote(
    /// The link.
    link: LinkFragment,
    /// The text of the note.
    missing: &'static str,
) -> impl IntoView {
    let is_missing = RwSignal::new(false);
    Effect::new(move |_| is_missing.set(link.is_missing()));
    view! {
        <ClientShow when=move || is_missing.get()>
            <p class="note note-warn" role="status"><Icon glyph=Glyph::Warning />{missing}</p>
        </ClientShow>
    }
    .into_any()
}
