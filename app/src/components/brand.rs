//! The product's mark and name.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Shows the mark and the name.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <span class="brand">
            <span class="brand-mark"><Icon glyph=Glyph::Key /></span>
            "Latchkey"
        </span>
    }
    .into_any()
}
