//! Buttons.

use leptos::{ev, prelude::*, text_prop::TextProp};

use super::icon::{Glyph, Icon};
use crate::{browser::IN_BROWSER, lean::dynamic};

/// The look of a button.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Variant {
    /// The main action of the page or dialog.
    Primary,
    /// Another action.
    #[default]
    Secondary,
    /// Ends or removes something.
    Danger,
    /// A minor action.
    Quiet,
}

impl Variant {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Danger => "button button-danger",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// What pressing a button does to the form around it: the `type` attribute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonType {
    /// Nothing.
    #[default]
    Press,
    /// Submits it.
    Submit,
}

impl ButtonType {
    const fn name(self) -> &'static str {
        match self {
            Self::Press => "button",
            Self::Submit => "submit",
        }
    }
}

/// A button. It is disabled as the server renders it, because no program handles a click yet. While its action is pending it does
/// nothing and keeps the focus.
#[component]
pub fn Button(
    /// Its text.
    #[prop(into)]
    text: TextProp,
    /// Its icon.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// Its accessible name, if the text is not enough.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
    /// Its look.
    #[prop(optional)]
    variant: Variant,
    /// Whether it submits the form around it.
    #[prop(optional)]
    button_type: ButtonType,
    /// What pressing it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Whether it is disabled.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether its action is pending.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Whether it has the focus at first.
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
            class=variant.class()
            class:is-pending=pending
            id=id
            type=button_type.name()
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
