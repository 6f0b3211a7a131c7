//! Buttons.

use leptos::{ev, prelude::*, text_prop::TextProp};

use super::icon::{Glyph, Icon};
use crate::{browser::IN_BROWSER, lean::dynamic};

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// What the page or dialog is there for.
    Primary,
    /// One of several ways on.
    #[default]
    Secondary,
    /// Ends or removes something.
    Danger,
    /// Beside the point.
    Quiet,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Danger => "button button-danger",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// What pressing a button does to the form around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purpose {
    /// Nothing.
    #[default]
    Press,
    /// Sends it.
    Submit,
}

impl Purpose {
    const fn kind(self) -> &'static str {
        match self {
            Self::Press => "button",
            Self::Submit => "submit",
        }
    }
}

/// A button. As the server renders it, it is disabled: no program answers a click yet. While what it started is pending it does nothing, and keeps the focus.
#[component]
pub fn Button(
    /// What it says.
    #[prop(into)]
    text: TextProp,
    /// What it shows beside that.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// What it is called, where its text does not say enough.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
    /// How much it asks to be pressed.
    #[prop(optional)]
    look: Look,
    /// What pressing it does to the form around it.
    #[prop(optional)]
    purpose: Purpose,
    /// What pressing it does besides.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Whether it cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether what it started is under way.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Whether the keyboard begins here.
    #[prop(optional)]
    autofocus: bool,
    /// Its `id`.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    let is_disabled = move || !IN_BROWSER || disabled.get();
    let press = move |event: ev::MouseEvent| {
        if pending.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            class=look.class()
            class:is-pending=pending
            id=id
            type=purpose.kind()
            disabled=is_disabled
            autofocus=autofocus
            aria-label=label
            aria-disabled=move || pending.get().then_some("true")
            on:click=press
        >
            {glyph.map(|glyph| view! { <Icon glyph=glyph /> })}
            {dynamic(move || text.get().into_any())}
        </button>
    }
    .into_any()
}
