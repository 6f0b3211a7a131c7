//! The frame of the pages that need no session: a card with one form.

use leptos::{prelude::*, text_prop::TextProp};

use super::{brand::Brand, theme_switch::ThemeSwitch};
use crate::lean::dynamic;

/// A card in the middle of the page.
#[component]
pub fn AuthPage(
    /// Its heading.
    #[prop(into)]
    heading: TextProp,
    /// A sentence under the heading.
    #[prop(optional)]
    lede: &'static str,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="auth-page">
            <header class="auth-page-top">
                <Brand />
                <ThemeSwitch />
            </header>
            <main class="auth-page-main">
                <div class="auth-page-card">
                    <h1 dir="auto">{dynamic(move || heading.get().into_any())}</h1>
                    <p class="lede" hidden=lede.is_empty()>{lede}</p>
                    {children()}
                </div>
            </main>
        </div>
    }
    .into_any()
}
