//! The region for short messages about outcomes.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::{
    browser::focus::TOASTS,
    lean::{ClientOnly, dynamic},
    state::{Toast, Toasts, Tone},
};

/// Shows the current message. The region is always in the page, so that screen readers announce new messages.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" id=TOASTS role="status">
            {dynamic(move || toasts.current().map(|toast| view! { <ToastMessage toast=toast /> }.client_only()).into_any())}
        </div>
    }
    .into_any()
}

#[component]
fn ToastMessage(toast: Toast) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let (class, glyph) = match toast.tone {
        Tone::Good => ("toast toast-good", Glyph::Check),
        Tone::Warning => ("toast toast-warning", Glyph::Warning),
    };
    view! {
        <div class=class>
            <Icon glyph=glyph />
            <p>{toast.text}</p>
            <button class="toast-close" type="button" aria-label="Dismiss" on:click=move |_| toasts.dismiss(toast.number)>
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
    .client_only()
}
