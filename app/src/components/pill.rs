//! A key's status, shown by colour, icon and text.

use latchkey_model::access_key::KeyStatus;
use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::lean::ClientOnly;

/// A key's status.
#[component]
pub fn StatusPill(
    /// The status.
    status: KeyStatus,
) -> impl IntoView {
    let (class, glyph, text) = match status {
        KeyStatus::Active => ("pill pill-good", Glyph::Check, "Active"),
        KeyStatus::Inactive => ("pill", Glyph::Pause, "Inactive"),
        KeyStatus::Expired => ("pill pill-warn", Glyph::Clock, "Expired"),
        KeyStatus::Deleted => ("pill pill-bad", Glyph::Bin, "Deleted"),
    };
    view! {
        <span class=class>
            <Icon glyph=glyph />
            {text}
        </span>
    }
    .client_only()
}
