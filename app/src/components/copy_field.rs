//! A read-only field with a button that copies it.

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};
use web_sys::HtmlInputElement;

use super::icon::{Glyph, Icon};
use crate::{browser::clipboard, lean::ClientOnly};

/// How long a button shows that it has copied.
pub(super) const ANNOUNCED_FOR: Duration = Duration::from_secs(3);

/// The outcome of the latest press of a copy button.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Copied {
    /// Not pressed recently.
    #[default]
    NotYet,
    /// The text is copied.
    Yes,
    /// The browser refused. The text is selected, so that a person can copy it.
    Refused,
}

impl Copied {
    pub(super) const fn button_text(self) -> &'static str {
        match self {
            Self::NotYet | Self::Refused => "Copy",
            Self::Yes => "Copied",
        }
    }

    pub(super) const fn announcement(self) -> &'static str {
        match self {
            Self::NotYet => "",
            Self::Yes => "Copied.",
            Self::Refused => "This browser does not let us copy. The text is selected: press Ctrl+C or ⌘C.",
        }
    }

    pub(super) const fn glyph(self) -> Glyph {
        match self {
            Self::NotYet | Self::Refused => Glyph::Copy,
            Self::Yes => Glyph::Check,
        }
    }

    /// Sets the outcome; a success disappears after a while.
    pub(super) fn announce(on: RwSignal<Self>, copied: bool) {
        on.set(if copied { Self::Yes } else { Self::Refused });
        if copied {
            set_timeout(move || on.set(Self::NotYet), ANNOUNCED_FOR);
        }
    }
}

/// Returns a function that fills a field with a text that is not a secret.
pub(super) fn fill_with_text(text: String) -> impl Fn(HtmlInputElement) + Send + Sync + 'static {
    move |input| input.set_value(&text)
}

/// A read-only field whose text is selected by a click and copied by its button, over plain HTTP too.
#[component]
pub fn CopyField(
    /// The `id` of the input.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// Sets the value of the input. It is never in an attribute.
    #[prop(into)]
    fill: Callback<HtmlInputElement>,
    /// The accessible name of its button.
    copy_label: &'static str,
    /// What a successful copy does.
    #[prop(optional, into)]
    on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(Copied::NotYet);
    Effect::new(move |_| {
        let Some(input) = input.get() else { return };
        fill.run(input.clone());
        let input = StoredValue::new_local(input);
        on_cleanup(move || {
            if let Some(input) = input.try_get_value() {
                input.set_value("");
            }
        });
    });
    let copy = move |_| {
        let Some(input) = input.get_untracked() else { return };
        spawn_local(async move {
            let worked = clipboard::copy_field(input).await;
            Copied::announce(copied, worked);
            if let (true, Some(on_copied)) = (worked, on_copied) {
                on_copied.run(());
            }
        });
    };
    let select = move |_| {
        if let Some(input) = input.get_untracked() {
            input.select();
        }
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="copy-field">
                <input id=id readonly autocomplete="off" spellcheck="false" node_ref=input on:click=select />
                <button type="button" aria-label=copy_label on:click=copy>
                    {move || view! { <Icon glyph=copied.get().glyph() /> }}
                    <span aria-hidden="true">{move || copied.get().button_text()}</span>
                </button>
            </div>
            <p class="copy-field-outcome" role="status" class:is-refused=move || copied.get() == Copied::Refused>
                {move || copied.get().announcement()}
            </p>
        </div>
    }
    .client_only()
}
