//! The choice between light, dark and the system's theme.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::browser::theme::Theme;

const THEMES: [(Theme, Glyph, &str); 3] =
    [(Theme::System, Glyph::Screen, "System"), (Theme::Light, Glyph::Sun, "Light"), (Theme::Dark, Glyph::Moon, "Dark")];

/// A group of three buttons, of which one is pressed.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(Theme::System);
    Effect::new(move |_| chosen.set(Theme::chosen()));
    let choose = move |theme: Theme| {
        theme.choose();
        chosen.set(theme);
    };
    let button = move |(theme, glyph, label)| {
        view! {
            <button
                type="button"
                aria-label=label
                title=label
                aria-pressed=move || (chosen.get() == theme).to_string()
                on:click=move |_| choose(theme)
            >
                <Icon glyph=glyph />
            </button>
        }
    };
    view! { <div class="theme-switch" role="group" aria-label="Theme">{THEMES.map(button).collect_view()}</div> }
        .into_any()
}
