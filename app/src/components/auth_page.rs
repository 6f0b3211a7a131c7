//! The frame of the pages that need no session: a card with one form.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{brand::Brand, live::live, theme_switch::ThemeSwitch};

/// A card in the middle of the page.
#[component]
pub fn AuthPage(
    /// The title of its window, and its heading. No signal: the server writes the window's title when the page's own signals
    /// may be out of reach, because it renders another page meanwhile.
    title: &'static str,
    /// Its heading, where it comes to say more than the title.
    #[prop(optional)]
    heading: Option<Signal<String>>,
    /// What the page is for.
    #[prop(optional)]
    lede: &'static str,
    /// The form.
    children: Children,
) -> impl IntoView {
    let heading = live(move || heading.map_or_else(|| title.to_owned(), |heading| heading.get()).into_any());
    view! {
        <Title text=title />
        <div class="auth-page">
            <header class="auth-page-top">
                <Brand />
                <ThemeSwitch />
            </header>
            <main class="auth-page-main">
                <div class="auth-page-card">
                    <h1 dir="auto">{heading}</h1>
                    <p class="lede" hidden=lede.is_empty()>{lede}</p>
                    {children()}
                </div>
            </main>
        </div>
    }
    .into_any()
}
