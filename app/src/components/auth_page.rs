//! The frame of the pages that need no session: a card with one form.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{brand::Brand, theme_switch::ThemeSwitch};

/// A card in the middle of the page.
#[component]
pub fn AuthPage(
    /// The page's heading, and the title of its window. Counted: the server writes the window's title when the page's own
    /// signals may be out of reach, because it renders another page meanwhile.
    #[prop(into)]
    title: ArcSignal<String>,
    /// What the page is for.
    #[prop(optional, into)]
    lede: Signal<String>,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <div class="auth-page">
            <header class="auth-page-top">
                <Brand />
                <ThemeSwitch />
            </header>
            <main class="auth-page-main">
                <div class="auth-page-card">
                    <h1 dir="auto">{title}</h1>
                    <p class="lede" hidden=move || lede.with(String::is_empty)>{lede}</p>
                    {children()}
                </div>
            </main>
        </div>
    }
    .into_any()
}
