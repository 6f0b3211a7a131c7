//! A read-only field with a button that copies it.

use std::time::Duration;

use leptos::{html, prelude::*, task::spawn_local};
use web_sys::HtmlInputElement;

use super::icon::{Glyph, Icon};
use crate::{browser::clipboard, lean::ClientOnly};

/// How long a button says that it has copied.
pub(super) const SAID_FOR: Duration = Duration::from_secs(3);

/// What a copy button says of its latest press.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Copied {
    /// Not pressed, or long ago.
    #[default]
    NotYet,
    /// It worked.
    Yes,
    /// It did not; the text is selected, so that a person can copy it.
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

    /// Says `copied` for a while.
    pub(super) fn say(on: RwSignal<Self>, copied: bool) {
        on.set(if copied { Self::Yes } else { Self::Refused });
        if copied {
            set_timeout(move || on.set(Self::NotYet), SAID_FOR);
        }
    }
}

/// Shows a text that is no secret.
pub(super) fn show_text(text: String) -> impl Fn(HtmlInputElement) + Send + Sync + 'static {
    move |input| input.set_value(&text)
}

/// A read-only field whose text is selected by a click and copied by its button, over plain HTTP too.
#[component]
pub fn CopyField(
    /// The `id` of the input.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// Puts what it shows into the input, and into no attribute.
    #[prop(into)]
    show: Callback<HtmlInputElement>,
    /// What its button is called.
    copy_label: &'static str,
    /// What a successful copy does.
    #[prop(optional, into)]
    on_copied: Option<Callback<()>>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(Copied::NotYet);
    Effect::new(move |_| {
        let Some(input) = input.get() else { return };
        show.run(input.clone());
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
            Copied::say(copied, worked);
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
